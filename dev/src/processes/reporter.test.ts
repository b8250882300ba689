import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { consoleReporter } from './reporter.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function collect() {
  const lines: string[] = []
  const log = (text: string) => lines.push(text)
  return { lines, report: consoleReporter(Date.now(), { log, error: log, isColoured: false }) }
}

test('what is waited for is listed after at most five seconds of silence, with the time so far', async () => {
  const { lines, report } = collect()
  const migration = Promise.withResolvers<void>()
  const [booking, user] = [
    report.during('booking starts', migration.promise),
    report.during(() => 'user starts', migration.promise),
  ]
  await vi.advanceTimersByTimeAsync(5_000)
  expect(lines).toEqual(['  4.0 s  … booking starts (4 s), user starts (4 s)'])
  migration.resolve()
  await Promise.all([booking, user])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(lines).toHaveLength(1)
})

test('lists three of many, and only after silence', async () => {
  const { lines, report } = collect()
  const names = ['admin', 'partner', 'payment', 'booking', 'user']
  for (const name of names) void report.during(name, new Promise(() => undefined))
  await vi.advanceTimersByTimeAsync(3_000)
  report.done('postgres is ready')
  await vi.advanceTimersByTimeAsync(3_000)
  expect(lines).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(lines[1]).toBe('  7.0 s  … admin (7 s), partner (7 s), payment (7 s) and 2 more')
})

test('a failure ends the waiting, and its error is passed on', async () => {
  const { lines, report } = collect()
  await expect(report.during('booking starts', Promise.reject(new Error('no')))).rejects.toThrow('no')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(lines).toEqual([])
})

test('each line begins with the name of its process', () => {
  const { lines, report } = collect()
  report.note('payment', 'is back')
  report.warn('booking', 'one\ntwo')
  expect(lines).toEqual(['     payment │ is back', '     booking │ one\n             │ two'])
})
