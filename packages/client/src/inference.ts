import type { AppRouter } from '@parley/server/api';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

/** What each procedure takes: `Inputs['messages']['send']`. */
export type Inputs = inferRouterInputs<AppRouter>;
/** What each procedure gives: `Outputs['messages']['list']`. */
export type Outputs = inferRouterOutputs<AppRouter>;
