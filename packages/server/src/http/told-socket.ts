/**
 * A WebSocket that tells one object what happens to it. Listeners would be a closure for each kind of event, and lists and
 * a table to find them, for each socket.
 */
import { WebSocket, type RawData } from 'ws';

export interface SocketListener {
  message(raw: RawData, isBinary: boolean): void;
  ping(payload: Buffer): void;
  pong(payload: Buffer): void;
  error(cause: Error): void;
  close(code: number): void;
}

export class ToldSocket extends WebSocket {
  /** Told of everything that it knows, in place of listeners. */
  told: SocketListener | undefined;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const { told } = this;
    if (told === undefined) return super.emit(event, ...args);
    switch (event) {
      case 'message':
        told.message(args[0] as RawData, args[1] as boolean);
        return true;
      case 'ping':
        told.ping(args[0] as Buffer);
        return true;
      case 'pong':
        told.pong(args[0] as Buffer);
        return true;
      case 'error':
        told.error(args[0] as Error);
        return true;
      case 'close':
        told.close(args[0] as number);
        return true;
      default:
        return super.emit(event, ...args);
    }
  }
}
