import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const MAX_MESSAGE_BYTES = 1_000_000;
const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The server's end of a websocket (RFC 6455), as far as a small server needs one. */
export class WebSocketEnd {
  readonly #socket: Socket;
  #held: Buffer = Buffer.alloc(0);

  /** Answers the upgrade; the client gets a 400 for any other request. */
  constructor(asked: IncomingMessage, socket: Socket, on: { message?(text: string): void; close(): void }) {
    this.#socket = socket;
    socket.on('error', () => socket.destroy());
    socket.once('close', () => on.close());
    const key = asked.headers['sec-websocket-key'];
    if (key === undefined || asked.headers.upgrade?.toLowerCase() !== 'websocket') {
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('data', (data: Buffer) => this.#take(data, on.message));
  }

  send(message: string | Buffer): void {
    const payload = Buffer.from(message);
    this.#frame(typeof message === 'string' ? OPCODE.text : OPCODE.binary, payload);
  }

  #frame(opcode: number, payload: Buffer): void {
    if (this.#socket.destroyed) return;
    const { length } = payload;
    const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
    head[0] = 0x80 | opcode;
    if (length < 126) head[1] = length;
    else if (length < 65_536) {
      head[1] = 126;
      head.writeUInt16BE(length, 2);
    } else {
      head[1] = 127;
      head.writeBigUInt64BE(BigInt(length), 2);
    }
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #take(data: Buffer, onMessage: ((text: string) => void) | undefined): void {
    this.#held = Buffer.concat([this.#held, data]);
    for (;;) {
      const frame = this.#next();
      if (frame === null) return;
      if (frame.opcode === OPCODE.close) {
        this.#frame(OPCODE.close, frame.payload.subarray(0, 2));
        this.#socket.end();
        return;
      }
      if (frame.opcode === OPCODE.ping) this.#frame(OPCODE.pong, frame.payload);
      if (frame.opcode === OPCODE.text) onMessage?.(frame.payload.toString('utf8'));
    }
  }

  #next(): { readonly opcode: number; readonly payload: Buffer } | null {
    const held = this.#held;
    if (held.length < 2) return null;
    const short = (held[1] ?? 0) & 0x7f;
    const headBytes = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (held.length < headBytes + 4) return null;
    const length = short === 126 ? held.readUInt16BE(2) : short === 127 ? Number(held.readBigUInt64BE(2)) : short;
    if (length > MAX_MESSAGE_BYTES) {
      this.#socket.destroy();
      return null;
    }
    if (held.length < headBytes + 4 + length) return null;
    const mask = held.subarray(headBytes, headBytes + 4);
    const payload = Buffer.from(held.subarray(headBytes + 4, headBytes + 4 + length));
    for (let index = 0; index < length; index += 1) payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
    this.#held = held.subarray(headBytes + 4 + length);
    return { opcode: (held[0] ?? 0) & 0x0f, payload };
  }
}
