import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CaptureUpdate, checkCapture, type KnownCapture } from './check-capture.ts'

const at = new Date('2027-03-01T10:00:00Z')
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000)
const reported = (attemptId: string | null, minor = 100, when = at): CaptureUpdate => ({
  attemptId,
  amount: euros(minor),
  at: when,
})

/** The captures recorded after those reports. */
function after(reports: readonly CaptureUpdate[]): KnownCapture[] {
  return reports.reduce<KnownCapture[]>((known, report) => {
    const verdict = checkCapture(known, report)
    const named = known.map((row) =>
      row.attemptKey === '' && report.attemptId ? { ...row, attemptKey: report.attemptId } : row,
    )
    if (verdict.is === 'REPEAT') return named
    const attemptKey = verdict.attemptKey === '' && report.attemptId ? report.attemptId : verdict.attemptKey
    return [...named, { attemptKey, ...report.amount, at: report.at }]
  }, [])
}

test('counts an attempt once, named or unnamed, however often it is reported', () => {
  const report = fc.constantFrom(reported('att_1'), reported(null))
  fc.assert(
    fc.property(fc.array(report, { minLength: 1, maxLength: 8 }), (reports) => {
      expect(after(reports)).toHaveLength(1)
    }),
  )
})

test('counts each captured attempt separately, in any order', () => {
  const report = fc.constantFrom(reported('att_1'), reported('att_2'), reported('att_3'), reported(null))
  fc.assert(
    fc.property(fc.array(report, { minLength: 1, maxLength: 12 }), (reports) => {
      const names = new Set(reports.flatMap(({ attemptId }) => (attemptId ? [attemptId] : [])))
      expect(after(reports)).toHaveLength(Math.max(1, names.size))
    }),
  )
})

test('treats another amount of the same attempt as a correction, and ignores an older one', () => {
  const known = after([reported('att_1', 95, later(1))])
  expect(checkCapture(known, reported('att_1', 100, later(2)))).toMatchObject({ is: 'CORRECTION', before: euros(95) })
  expect(checkCapture(known, reported('att_1', 100, at))).toEqual({ is: 'REPEAT' })
  const corrected = after([reported('att_1', 95), reported('att_1', 100, later(1))])
  expect(checkCapture(corrected, reported('att_1', 95, later(2)))).toEqual({ is: 'REPEAT' })
})
