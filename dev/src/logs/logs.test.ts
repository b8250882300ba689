import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { warningIn } from '../processes/process-log.ts'
import { createLogFormat } from './format-log-line.ts'
import { openLogFiles } from './log-files.ts'
import { levels, matchesFilter, parseLogLine } from './log-line.ts'

let directory: string
const fileOf = (process: string) => join(directory, `${process}.log`)
const record = (second: number, msg: string, more: object = {}) =>
  `${JSON.stringify({ level: 30, time: `2026-11-27T12:00:0${second}.000Z`, 'service.name': 'any', msg, ...more })}\n`
const textsOf = (lines: { record: object | null; text: string }[]) =>
  lines.map(({ record, text }) => (record as { msg?: string } | null)?.msg ?? text)

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tikitu-logs-'))
})

afterEach(() => {
  rmSync(directory, { recursive: true })
})

test('merges lines of several processes by time; text follows the record before it', () => {
  writeFileSync(fileOf('booking'), `${record(1, 'first')}Error: no\n    at here\n${record(4, 'fourth')}`)
  writeFileSync(fileOf('gateway'), record(3, 'third'))
  writeFileSync(join(directory, 'gateway.previous.log'), record(0, 'of the run before'))
  const lines = openLogFiles(directory, null).readNew()
  expect(textsOf(lines)).toEqual(['first', 'Error: no', '    at here', 'third', 'fourth'])
})

test('following returns each complete line once, also from a new run’s file and from a new process', () => {
  writeFileSync(fileOf('booking'), record(1, 'first'))
  const files = openLogFiles(directory, null)
  expect(textsOf(files.readNew())).toEqual(['first'])
  const second = Buffer.from(record(2, 'zweité'))
  appendFileSync(fileOf('booking'), second.subarray(0, second.indexOf('é') + 1))
  expect(files.readNew()).toEqual([])
  appendFileSync(fileOf('booking'), second.subarray(second.indexOf('é') + 1))
  writeFileSync(fileOf('user'), record(1, 'later'))
  expect(textsOf(files.readNew())).toEqual(['later', 'zweité'])
  renameSync(fileOf('booking'), join(directory, 'booking.previous.log'))
  writeFileSync(fileOf('booking'), record(5, 'of a new run that is longer than the old one was') + record(6, 'more'))
  expect(textsOf(files.readNew())).toEqual(['of a new run that is longer than the old one was', 'more'])
})

test('shows only the chosen processes, level and request', () => {
  writeFileSync(
    fileOf('booking'),
    record(1, 'mine', { requestId: 'req_1' }) + record(2, 'other', { requestId: 'req_2' }),
  )
  writeFileSync(fileOf('gateway'), record(3, 'bad', { level: 50, clientRequestId: 'req_1' }) + record(4, 'fine'))
  const all = openLogFiles(directory, null).readNew()
  const ofRequest = all.filter((line) => matchesFilter(line, { minLevel: levels.trace, requestId: 'req_1' }))
  expect(textsOf(ofRequest)).toEqual(['mine', 'bad'])
  expect(textsOf(all.filter((line) => matchesFilter(line, { minLevel: levels.warn, requestId: null })))).toEqual([
    'bad',
  ])
  expect(textsOf(openLogFiles(directory, ['booking']).readNew())).toEqual(['mine', 'other'])
})

test('formats a record with the process before each row', () => {
  const text = record(1, 'unexpected error', {
    level: 50,
    path: ['me'],
    err: { type: 'Error', message: 'no', stack: 'Error: no\n    at here' },
  })
  const rows = createLogFormat(false)(parseLogLine('booking', text.trim(), 0)).split('\n')
  expect(rows[0]).toMatch(/^ {5}booking │ \[\d\d:\d\d:01\.000\] ERROR: unexpected error \{"path":\["me"\]\}$/)
  expect(rows.every((row) => row.startsWith('     booking │ '))).toBe(true)
  expect(rows.join()).toContain('at here')
  expect(createLogFormat(false)(parseLogLine('postgres', 'LOG: ready', 0))).toBe('    postgres │ LOG: ready')
})

test('a warning on the console names the service, the reason and the request', () => {
  const detail = JSON.stringify({ message: 'DateTime cannot represent "x".', extensions: { code: 'ANY' } })
  const err = { message: 'it returned an unexpected error' }
  const failure = { level: 50, msg: 'subgraph failure', err, subgraph: 'booking', requestId: 'req_1', detail }
  expect(warningIn(JSON.stringify(failure), 'stdout')).toBe(
    'error: subgraph failure: it returned an unexpected error: DateTime cannot represent "x". (subgraph booking, requestId req_1)',
  )
  expect(warningIn(JSON.stringify({ level: 50, msg: 'it answered 500', detail: 'no JSON' }), 'stdout')).toBe(
    'error: it answered 500: no JSON',
  )
  expect(warningIn(JSON.stringify({ level: 30, msg: 'fine' }), 'stderr')).toBeNull()
})
