import * as vitest from 'vitest'

type Done = (error?: unknown) => void
type Act = (done: Done) => unknown

// What the suite takes from Jest, given by Vitest.
export const { afterAll, beforeAll, beforeEach, describe, expect, test, vi: jest } = vitest

/** Hooks and tests that end by a callback end by a promise here. */
export const afterEach = (act: Act): void => vitest.afterEach(promised(act))

export const it = new Proxy(vitest.it, {
  apply: (target, _self, [name, act, timeout]: [string, Act, number?]) => target(name, promised(act), timeout),
})

function promised(act: Act): () => Promise<void> {
  if (act.length === 0) return act as () => Promise<void>
  return () => new Promise<void>((resolve, reject) => act((error) => (error ? reject(error) : resolve())))
}
