import { z } from 'zod';
import type { LabAnswer } from '../base/http.ts';
import { describeImage } from './images.ts';
import type { InvokeAi } from './invokeai.ts';
import { unprocessable } from './queue-routes.ts';
import { detail, json, type Route, type RouteRequest, route } from './route-table.ts';

type Image = NonNullable<ReturnType<InvokeAi['images']['get']>>;

const KEEP = { 'cache-control': 'max-age=31536000' };

/** The gallery. */
export function imageRoutes({ images }: InvokeAi): readonly Route[] {
  const withImage = ({ parts }: RouteRequest, then: (image: Image) => LabAnswer): LabAnswer => {
    const image = images.get(parts['name'] ?? '');
    return image === null ? detail(404, 'Image not found') : then(image);
  };
  return [
    route('GET', '/api/v1/images/', ({ query }) => {
      const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 10)];
      const wanted = images
        .list()
        .filter((image) => !query.has('is_intermediate') || String(image.isIntermediate) === query.get('is_intermediate'));
      const ordered = query.get('order_dir') === 'ASC' ? [...wanted].reverse() : wanted;
      return json({ limit, offset, total: wanted.length, items: ordered.slice(offset, offset + limit).map(describeImage) });
    }),
    route('GET', '/api/v1/images/names', () => {
      const names = images.list().map((image) => image.name);
      return json({ image_names: names, starred_count: 0, total_count: names.length });
    }),
    route('GET', '/api/v1/images/intermediates', () => json(images.list().filter((image) => image.isIntermediate).length)),
    route('GET', '/api/v1/images/i/:name', (request) => withImage(request, (image) => json(describeImage(image)))),
    route('GET', '/api/v1/images/i/:name/full', (request) =>
      withImage(request, (image) => ({
        status: 200,
        raw: { type: 'image/png', data: images.full(image) },
        headers: { ...KEEP, 'content-disposition': `inline; filename="${image.name}"` },
      })),
    ),
    route('GET', '/api/v1/images/i/:name/thumbnail', (request) =>
      withImage(request, (image) => ({ status: 200, raw: { type: 'image/png', data: images.thumbnail(image) }, headers: KEEP })),
    ),
    route('GET', '/api/v1/images/i/:name/metadata', (request) => withImage(request, () => json(null))),
    route('GET', '/api/v1/images/i/:name/urls', (request) =>
      withImage(request, ({ name }) =>
        json({ image_name: name, image_url: `api/v1/images/i/${name}/full`, thumbnail_url: `api/v1/images/i/${name}/thumbnail` }),
      ),
    ),
    route('DELETE', '/api/v1/images/i/:name', ({ parts }) => {
      const name = parts['name'] ?? '';
      return json({ affected_boards: [], deleted_images: images.remove(name) ? [name] : [], failed_images: [] });
    }),
    route('POST', '/api/v1/images/delete', ({ body }) => {
      const parsed = z.object({ image_names: z.array(z.string()) }).safeParse(body);
      if (!parsed.success) return unprocessable(parsed.error);
      return json({
        affected_boards: [],
        deleted_images: parsed.data.image_names.filter((name) => images.remove(name)),
        failed_images: [],
      });
    }),
  ];
}
