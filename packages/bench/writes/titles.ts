import { versionOf } from '../machine.ts';
import type { ServerName } from './run-served.ts';
import type { WriterName } from './run-writes.ts';

const parley = `Parley ${versionOf('../server')}`;
const prisma = `Prisma ${versionOf('@prisma/client')}`;
const pg = `pg ${versionOf('pg')}`;

export const WRITER_TITLES: Record<WriterName, string> = {
  parley,
  transaction: `${prisma}, interactive transaction`,
  statement: `${prisma}, one statement`,
  pg: `${pg}, one statement`,
  'bare-pg': `${pg}, bare`,
};

export const SERVER_TITLES: Record<ServerName, string> = {
  parley,
  'socket-io': `Socket.IO ${versionOf('socket.io')}, ${prisma}, one statement`,
  fastify: `Fastify ${versionOf('fastify')}, ${prisma}, one statement`,
};
