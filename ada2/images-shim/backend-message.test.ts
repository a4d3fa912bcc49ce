import { describe, expect, it } from 'vitest';
import { messageOf } from './backend-message.ts';

describe('the words of an error body', () => {
  it.each([
    ['{"detail":[{"loc":["body","prompt"],"msg":"field required"}]}', 'body.prompt field required'],
    ['{"detail":[{"loc":[{"toString":1},"n"],"msg":{"toString":1}}]}', '.n'],
    ['{"detail":{"message":"no"}}', 'no'],
    ['<html>', 'a web page'],
  ])('of %s are %s', (body, words) => {
    expect(messageOf(body)).toBe(words);
  });
});
