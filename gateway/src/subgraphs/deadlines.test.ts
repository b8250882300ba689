import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDeadlines } from './deadlines.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('ends each when its own time is over, and no sooner', () => {
  const ended: string[] = []
  const deadlines = createDeadlines(100)
  deadlines(() => ended.push('first'))
  vi.advanceTimersByTime(60)
  deadlines(() => ended.push('second'))
  vi.advanceTimersByTime(39)
  expect(ended).toEqual([])
  vi.advanceTimersByTime(1)
  expect(ended).toEqual(['first'])
  vi.advanceTimersByTime(59)
  expect(ended).toEqual(['first'])
  vi.advanceTimersByTime(1)
  expect(ended).toEqual(['first', 'second'])
})

test('leaves alone what ended in time, and needs no timer when nothing is left', () => {
  const ended: string[] = []
  const deadlines = createDeadlines(100)
  const cleared = Array.from({ length: 1_000 }, () => deadlines(() => ended.push('cleared')))
  expect(vi.getTimerCount()).toBe(1)
  for (const deadline of cleared) deadline.clear()
  vi.advanceTimersByTime(200)
  expect(ended).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
  deadlines(() => ended.push('later'))
  vi.advanceTimersByTime(100)
  expect(ended).toEqual(['later'])
})
