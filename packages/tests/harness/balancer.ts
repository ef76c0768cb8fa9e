import { Proxy } from './proxy.ts';

/**
 * TCP round robin over the nodes that accept, with no memory of who was where: whoever comes again is likely to meet
 * another node.
 */
export function openBalancer(ports: readonly number[]): Promise<Proxy> {
  let turn = 0;
  return Proxy.open(() => {
    const first = turn++ % ports.length;
    return [...ports.slice(first), ...ports.slice(0, first)];
  });
}
