// @vitest-environment happy-dom
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { memo } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { useConnection, useOffer, useOffers, type TimedOffer } from './index.ts';
import { message, offer, ROOM, Stage } from './testing/stage.tsx';

const NOW = new Date('2026-05-01T12:00:00Z').getTime();
const inSeconds = (seconds: number) => new Date(NOW + seconds * 1_000);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** Second by second: React renders at the end of each. */
async function pass(seconds: number) {
  await act(() => vi.advanceTimersByTimeAsync(0));
  for (let i = 0; i < seconds; i += 1) await act(() => vi.advanceTimersByTimeAsync(1_000));
}
const change = (what: () => void) => act(async () => what());

describe('the time left', () => {
  it('is told anew each second while an offer is open, by one timer, which then stops', async () => {
    const stage = new Stage();
    stage.room('talk', { ...ROOM, offers: [offer('o1', inSeconds(3)), offer('o2', inSeconds(2))] });
    let renders = 0;
    const seen: (number | null)[] = [];
    const first = renderHook(
      () => {
        renders += 1;
        seen.push(useOffers('talk').offers[0]!.timeLeftMs);
      },
      { wrapper: stage.wrapper },
    );
    renderHook(() => useOffers('talk').offers[1]!.timeLeftMs, { wrapper: stage.wrapper });
    await pass(0);
    expect(vi.getTimerCount()).toBe(1);
    await pass(10);
    expect(seen).toEqual([3_000, 2_000, 1_000, 0]);
    expect(renders).toBe(4);
    expect(vi.getTimerCount()).toBe(0);
    first.unmount();
  });

  it('costs nothing where nobody reads it', async () => {
    const stage = new Stage();
    const room = stage.room('talk', { ...ROOM, offers: [offer('o1', inSeconds(60))] });
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders += 1;
        return useOffers('talk').offers;
      },
      { wrapper: stage.wrapper },
    );
    await pass(5);
    await change(() => room.change({ messages: [message(1), message(2)] }));
    expect(renders).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(result.current[0]!.title).toBe('offer o1');
  });

  it('is null, and no timer runs, without an expiry and when the offer is no longer pending', async () => {
    const stage = new Stage();
    const closed = { ...offer('o2', inSeconds(60)), status: 'expired', moves: {} } as const;
    stage.room('talk', { ...ROOM, offers: [offer('o1'), closed] });
    const { result } = renderHook(
      () => useOffers('talk', ({ offers }) => offers.map(({ timeLeftMs }) => timeLeftMs)),
      { wrapper: stage.wrapper },
    );
    await pass(0);
    expect(result.current).toEqual([null, null]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reaches a child that was given the offer, and leaves the cards of other offers alone', async () => {
    const stage = new Stage();
    stage.room('talk', { ...ROOM, offers: [offer('o1', inSeconds(60)), offer('o2')] });
    const renders = { o1: 0, o2: 0 };
    const Card = memo(({ offer }: { offer: TimedOffer }) => {
      renders[offer.id as 'o1' | 'o2'] += 1;
      return <p>{offer.timeLeftMs}</p>;
    });
    function Offers() {
      return useOffers('talk').offers.map((it) => <Card key={it.id} offer={it} />);
    }
    const { container } = render(<Offers />, { wrapper: stage.wrapper });
    await pass(2);
    expect(container.textContent).toBe('58000');
    expect(renders).toEqual({ o1: 3, o2: 1 });
  });

  it('stops when the component no longer shows it, and goes on when it does again', async () => {
    const stage = new Stage();
    stage.room('talk', { ...ROOM, offers: [offer('o1', inSeconds(60))] });
    let renders = 0;
    const { result, rerender } = renderHook(
      ({ isShown }) => {
        renders += 1;
        const { offers } = useOffers('talk');
        return isShown ? offers[0]!.timeLeftMs : null;
      },
      { wrapper: stage.wrapper, initialProps: { isShown: true } },
    );
    await pass(1);
    expect(result.current).toBe(59_000);
    rerender({ isShown: false });
    await pass(5);
    expect(vi.getTimerCount()).toBe(0);
    expect(renders).toBeLessThanOrEqual(4);
    rerender({ isShown: true });
    await pass(1);
    expect(result.current).toBe(53_000);
  });

  it('ends with the component', async () => {
    const stage = new Stage();
    stage.room('talk', { ...ROOM, offers: [offer('o1', inSeconds(60))] });
    const { unmount } = renderHook(() => useOffers('talk').offers[0]!.timeLeftMs, {
      wrapper: stage.wrapper,
    });
    await pass(1);
    expect(vi.getTimerCount()).toBe(1);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is right for an offer that comes long after', async () => {
    const stage = new Stage();
    const room = stage.room('talk', { ...ROOM, offers: [offer('o1', inSeconds(1))] });
    const { result } = renderHook(
      () => useOffers('talk', ({ offers }) => offers.map(({ timeLeftMs }) => timeLeftMs)),
      { wrapper: stage.wrapper },
    );
    await pass(30);
    expect(result.current).toEqual([0]);
    await change(() => room.change({ offers: [offer('o2', inSeconds(40))] }));
    expect(result.current).toEqual([10_000]);
    await pass(1);
    expect(result.current).toEqual([9_000]);
  });

  it('is told of one offer by its own hook', async () => {
    const stage = new Stage();
    const { result } = renderHook(() => useOffer('o1'), { wrapper: stage.wrapper });
    expect(result.current).toMatchObject({ status: 'loading', offer: null, timeLeftMs: null });
    const live = offer('o1', inSeconds(10));
    await change(() => stage.offers.get('o1')!.set({ status: 'ready', error: null, offer: live }));
    await pass(1);
    expect(result.current).toMatchObject({ status: 'ready', offer: live, timeLeftMs: 9_000 });
  });
});

describe('the time until the next attempt', () => {
  it('is told anew each second while the connection waits', async () => {
    const stage = new Stage();
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders += 1;
        const { state, retryInMs } = useConnection();
        return { state, retryInMs };
      },
      { wrapper: stage.wrapper },
    );
    expect(result.current).toEqual({ state: 'idle', retryInMs: null });
    await change(() => stage.connection.set({ state: 'waiting', attempt: 1, retryAt: NOW + 2_500 }));
    await pass(2);
    expect(result.current).toEqual({ state: 'waiting', retryInMs: 500 });
    await change(() => stage.connection.set({ state: 'open', attempt: 0, since: NOW, transport: 'ws' }));
    const before = renders;
    await pass(5);
    expect(renders).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('costs nothing where it is not read', async () => {
    const stage = new Stage();
    stage.connection.set({ state: 'waiting', attempt: 1, retryAt: NOW + 30_000 });
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders += 1;
        return useConnection();
      },
      { wrapper: stage.wrapper },
    );
    expect(result.current.state).toBe('waiting');
    await pass(5);
    expect(renders).toBe(1);
    result.current.retry();
    expect(stage.connection.retries).toBe(1);
  });
});
