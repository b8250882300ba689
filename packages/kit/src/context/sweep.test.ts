import { expect, test, vi } from 'vitest'
import { createLog } from '../base/log.ts'
import { sweep, sweepBatch } from './sweep.ts'

const log = createLog('test', 'silent')

/** Rows in the order of their numbers, as a table would give them. */
function rowsOf(count: number) {
  const rows = Array.from({ length: count }, (_each, index) => ({ id: `row_${index}`, index }))
  return async (after: { index: number } | null) => {
    const from = after === null ? 0 : after.index + 1
    return rows.slice(from, from + sweepBatch)
  }
}

test('one row that fails holds up none of the others, however many there are, and ends', async () => {
  const error = vi.spyOn(log, 'error')
  const done: string[] = []
  const act = async ({ id, index }: { id: string; index: number }) => {
    if (index % 3 === 0) throw new Error('stuck')
    if (index % 3 === 1) return false
    done.push(id)
    return true
  }
  expect(await sweep({ log }, { name: 'testSweep', due: rowsOf(2 * sweepBatch), act })).toBe(66)
  expect(done.at(-1)).toBe('row_197')
  expect(error).toHaveBeenCalledTimes(67)
  expect(error.mock.calls[0]?.[0]).toMatchObject({ sweep: 'testSweep', id: 'row_0' })
})

test('ends where nothing is due', async () => {
  expect(await sweep({ log }, { name: 'testSweep', due: rowsOf(0), act: async () => true })).toBe(0)
})
