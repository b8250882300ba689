import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { useDatabase } from '../testing/database/database.ts'
import { testCtx } from '../testing/graphql/context.ts'
import { applyConfigChange, applyFlagChange, isFlagOn, readConfig, requireSwitchedOn } from './settings.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))

const minutes = { type: z.number(), fallback: 10 }

function flag(overrides: Partial<Parameters<typeof applyFlagChange>[1]> = {}) {
  return { key: 'a', version: 1, isEnabled: true, percentage: 100, isKilled: false, segments: [], ...overrides }
}

test('answers with the fallback until a value is known, then with the value', async () => {
  const ctx = testCtx(database)
  expect(await readConfig(ctx, { key: 'first', ...minutes })).toBe(10)
  await applyConfigChange(ctx, { key: 'first', scope: 'platform', value: 12, version: 1 })
  expect(await readConfig(ctx, { key: 'first', ...minutes })).toBe(12)
})

test('holds the newest version, in whatever order and however often the facts come', async () => {
  const ctx = testCtx(database)
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }), async (versions) => {
      const key = `order-${round++}`
      for (const version of versions) await applyConfigChange(ctx, { key, scope: 'platform', value: version, version })
      expect(await readConfig(ctx, { key, ...minutes })).toBe(Math.max(...versions))
    }),
    { numRuns: 25 },
  )
})

test('prefers the narrowest scope, and falls back to the wider one when that value is taken back', async () => {
  const ctx = testCtx(database)
  const question = { key: 'scoped', scopes: ['shw_1', 'ptr_1'], ...minutes }
  await applyConfigChange(ctx, { key: 'scoped', scope: 'platform', value: 1, version: 1 })
  await applyConfigChange(ctx, { key: 'scoped', scope: 'ptr_1', value: 2, version: 1 })
  await applyConfigChange(ctx, { key: 'scoped', scope: 'shw_1', value: 3, version: 1 })
  expect(await readConfig(ctx, question)).toBe(3)
  await applyConfigChange(ctx, { key: 'scoped', scope: 'shw_1', version: 2 })
  expect(await readConfig(ctx, question)).toBe(2)
  expect(await readConfig(ctx, { ...question, scopes: ['ptr_2'] })).toBe(1)
})

test('passes over a value of the wrong type', async () => {
  const ctx = testCtx(database)
  await applyConfigChange(ctx, { key: 'typed', scope: 'platform', value: 'soon', version: 1 })
  expect(await readConfig(ctx, { key: 'typed', ...minutes })).toBe(10)
})

test.each([
  ['nobody knows', null, false],
  ['is enabled', flag(), true],
  ['is not enabled', flag({ isEnabled: false }), false],
  ['was killed', flag({ isKilled: true }), false],
  ['is for another segment', flag({ segments: ['partner'] }), false],
  ['is for one of the segments', flag({ segments: ['partner', 'user'] }), true],
  ['is for nobody yet', flag({ percentage: 0 }), false],
])('a flag that %s', async (what, fact, expected) => {
  const ctx = testCtx(database)
  if (fact) await applyFlagChange(ctx, { ...fact, key: what })
  expect(await isFlagOn(ctx, what, { id: 'usr_1', segments: ['user'] })).toBe(expected)
})

test('keeps the newest state of a flag when an older one comes late', async () => {
  const ctx = testCtx(database)
  await applyFlagChange(ctx, flag({ key: 'late', version: 2, isKilled: true }))
  await applyFlagChange(ctx, flag({ key: 'late', version: 1 }))
  expect(await isFlagOn(ctx, 'late', { id: 'usr_1' })).toBe(false)
})

test('shows a flag to about its percentage of subjects, and keeps those when the percentage grows', async () => {
  const ctx = testCtx(database)
  const ids = Array.from({ length: 200 }, (_each, n) => `usr_${n}`)
  const shown = () => Promise.all(ids.map((id) => isFlagOn(ctx, 'share', { id })))
  await applyFlagChange(ctx, flag({ key: 'share', percentage: 30 }))
  const before = await shown()
  expect(before.filter(Boolean).length).toBeGreaterThan(35)
  expect(before.filter(Boolean).length).toBeLessThan(85)
  await applyFlagChange(ctx, flag({ key: 'share', version: 2, percentage: 60 }))
  const after = await shown()
  expect(before.every((wasShown, n) => !wasShown || after[n])).toBe(true)
})

test('lets everything through that nobody switched off, and refuses it to those for whom it is off', async () => {
  const ctx = testCtx(database)
  const ask = (segments: string[] = []) =>
    requireSwitchedOn(ctx, { key: 'switch', subject: { id: 'usr_1', segments }, what: 'This' })
  await ask()
  await applyFlagChange(ctx, flag({ key: 'switch', segments: ['staff'] }))
  await ask(['staff'])
  await expect(ask()).rejects.toThrow('This is switched off at present')
  await applyFlagChange(ctx, flag({ key: 'switch', version: 2, isKilled: true }))
  await expect(ask(['staff'])).rejects.toThrow('switched off')
  await applyFlagChange(ctx, flag({ key: 'switch', version: 3 }))
  await ask()
})
