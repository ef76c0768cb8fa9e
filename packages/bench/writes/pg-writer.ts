import { Pool } from 'pg';
import { v7 } from 'uuid';

import { POOL_SIZE, type OpenWriter } from './writer.ts';

/** `pg` with a prepared statement for each send. */
export const openPgWriter =
  (name: string, text: string): OpenWriter =>
  ({ place: { databaseUrl } }) => {
    const pool = new Pool({ connectionString: databaseUrl, max: POOL_SIZE });
    return Promise.resolve({
      async send({ id, author }, { clientId, content }) {
        const values = [v7(), id, author, content, clientId];
        const { rows } = await pool.query<{ seq: number }>({ name, text, values });
        const [row] = rows;
        if (row === undefined) throw new Error(`${author} may not write in ${id}`);
        return row;
      },
    });
  };
