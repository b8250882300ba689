import { expect, test } from 'vitest'
import { ticket } from '../test/samples.ts'
import { walletPass } from './wallet-pass.ts'

const ids = { ticketId: 'tkt_1', performanceId: 'prf_1' }

test('is an event ticket with the code, ready for the ids of a certificate', () => {
  const printed = ticket()
  const pass = walletPass(printed, ids, 'en')
  expect(pass).toMatchObject({
    formatVersion: 1,
    serialNumber: 'tkt_1',
    groupingIdentifier: 'prf_1',
    description: printed.showing.eventTitle,
    relevantDate: printed.showing.startsAt,
    barcodes: [{ format: 'PKBarcodeFormatQR', message: printed.code, messageEncoding: 'iso-8859-1' }],
    eventTicket: { primaryFields: [{ key: 'event', value: printed.showing.eventTitle }] },
  })
  const { primaryFields, secondaryFields, auxiliaryFields, backFields } = pass.eventTicket
  const fields = [...primaryFields, ...secondaryFields, ...auxiliaryFields, ...backFields]
  const keys = fields.map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
  expect(fields.every(({ value }) => value.trim() !== '')).toBe(true)
})

test('has no date while there is none', () => {
  const printed = ticket()
  const postponed = walletPass({ ...printed, showing: { ...printed.showing, status: 'POSTPONED' } }, ids, 'id')
  expect(postponed).not.toHaveProperty('relevantDate')
})
