import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDeadlines } from './deadlines.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('expires each deadline after its own time, and not before', () => {
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

test('does not expire a cleared deadline, and runs no timer when none is left', () => {
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
