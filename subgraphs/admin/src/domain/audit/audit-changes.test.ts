import { expect, test } from 'vitest'
import { auditChanges } from './audit-changes.ts'

test('tells what was before and after where both were recorded, and one after otherwise', () => {
  const recorded = {
    status: { from: 'ACTIVE', to: 'SUSPENDED' },
    kinds: ['PASSPORT'],
    refund: { amountMinor: 5, currency: 'EUR' },
  }
  expect(auditChanges(recorded)).toEqual([
    { path: 'kinds', before: null, after: ['PASSPORT'] },
    { path: 'refund', before: null, after: { amountMinor: 5, currency: 'EUR' } },
    { path: 'status', before: 'ACTIVE', after: 'SUSPENDED' },
  ])
})

test('tells what was added and removed by null', () => {
  expect(auditChanges({ a: { to: 1 }, b: { from: 2 }, c: { from: null, to: false }, d: null, e: {} })).toEqual([
    { path: 'a', before: null, after: 1 },
    { path: 'b', before: 2, after: null },
    { path: 'c', before: null, after: false },
    { path: 'd', before: null, after: null },
    { path: 'e', before: null, after: {} },
  ])
})
