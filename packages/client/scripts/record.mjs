// Writes what a release is compared with, from what was built last: the report of the API, and the notices.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { checkApi } from './api-report.mjs';
import { notices } from './third-party.mjs';

const root = join(import.meta.dirname, '..');
checkApi(join(root, 'dist'), join(root, 'api'), { update: true });
writeFileSync(join(root, 'THIRD_PARTY_LICENSES'), notices(join(root, 'dist')));
