import fc from 'fast-check'
import { getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { pagesOf, sampleShowing, ticket } from '../test/samples.ts'
import { renderTicketsPdf } from './render-tickets.ts'

const names = [
  'Łucja Żółć',
  'Олександр Їжак',
  'Ὀδυσσεύς',
  '山田 太郎',
  'たなか さくら',
  '王小明',
  '김민수',
  'محمد علي',
  'שרה כהן',
  'สมชาย ใจดี',
  'नेहा शर्मा',
  'লালন ফকির',
  'தமிழ்ச்செல்வன்',
  'ნინო',
  'Արամ',
]

test('names of every script can be read back from the page: none is a box', async () => {
  const tickets = names.map((attendeeName) => ticket({ attendeeName }))
  const pages = await pagesOf(await renderTicketsPdf(tickets, { locale: 'en' }))
  expect(pages).toHaveLength(names.length)
  for (const [index, name] of names.entries()) expect(pages[index]).toContain(name)
  expect(pages.join()).not.toMatch(/\0|\ufffd/)
  // Reads a font for each script: on a busy machine that takes its time.
}, 60_000)

test('a ticket is a receipt and says whose it is, where and when', async () => {
  const [page = ''] = await pagesOf(await renderTicketsPdf([ticket()], { locale: 'en' }))
  const facts = ['tikitu', 'Presented by Komunitas Salihara', 'Hamlet', 'Tuesday, 1 June 2027', '19:30 GMT+7']
  const place = ['Doors open at 18:45 GMT+7', 'Teater Jakarta', 'Jalan Cikini Raya 73, Jakarta 10330', 'row C, seat 12']
  const receipt = ['€45.00', '€4.25', '€49.25', 'Includes €4.48 tax', 'K7QM-2F9D', 'Ada Lovelace', 'admits one person']
  const terms = ['can be returned until Monday, 31 May 2027, 19:30 GMT+7. A fee of €5.00 per ticket applies.']
  for (const part of [...facts, ...place, ...receipt, ...terms]) expect(page).toContain(part)
})

test('speaks the language of the reader, and leaves out what is not known', async () => {
  const showing = { ...sampleShowing, status: 'POSTPONED', doorsAt: null }
  const bare = {
    organizer: null,
    attendeeName: null,
    fee: null,
    tax: null,
    showing,
    returns: { until: null, kept: { amountMinor: 0, currency: 'EUR' } },
  }
  const tickets = [ticket(), ticket({ ...bare })]
  const [page = '', postponed = ''] = await pagesOf(await renderTicketsPdf(tickets, { locale: 'id-ID' }))
  for (const part of ['Selasa, 01 Juni 2027', '19.30 WIB', 'Pintu dibuka pukul 18.45', 'Termasuk pajak']) {
    expect(page).toContain(part)
  }
  expect(page).toContain('dapat dikembalikan sampai Senin, 31 Mei 2027')
  expect(postponed).toContain('Jadwal baru belum ada')
  expect(postponed).toContain('tidak dapat dikembalikan')
  expect(postponed).not.toMatch(/2027|Dipersembahkan|pajak|Biaya|Nama/)
})

test('however long the texts, each ticket is one page with its venue, price and reference', async () => {
  const long = (unit: string) => unit.repeat(200).slice(0, 200)
  const tickets = [long('W'), long('Hamlet and more '), long('東京'), long('ประเทศไทย')].map((text) =>
    ticket({
      organizer: text,
      placeLabel: text,
      tierName: text,
      attendeeName: text,
      showing: { ...sampleShowing, eventTitle: text, venueAddressLines: [text, text], venueName: `Globe ${text}` },
      price: { amountMinor: 9_007_199_254_740_900, currency: 'IDR' },
      fee: null,
    }),
  )
  const pages = await pagesOf(await renderTicketsPdf(tickets, { locale: 'en' }))
  expect(pages).toHaveLength(tickets.length)
  for (const page of pages) {
    for (const part of ['Globe', '90,071,992,547,409', 'K7QM-2F9D', 'Doors open at 18:45', '…'])
      expect(page).toContain(part)
  }
})

test('no text makes the printing fail or run over to another page', async () => {
  const odd = [
    '',
    ' ',
    '\0\ud800\udc00\ud800',
    '\u202e\u2067abc\u0301'.repeat(40),
    'a\u0300'.repeat(99),
    '\uffff\ue000 👩‍👩‍👧‍👦🇮🇩',
  ]
  const random = fc.sample(fc.string({ unit: 'grapheme-ascii', maxLength: 300 }), { numRuns: 2, seed: 19 })
  const tickets = [...odd, ...random].map((text) => {
    const showing = { ...sampleShowing, eventTitle: text, venueName: text, venueCity: text, venueAddressLines: [text] }
    return ticket({ organizer: text, placeLabel: text, tierName: text, attendeeName: text, showing })
  })
  const pdf = await renderTicketsPdf(tickets, { locale: 'en' })
  expect((await getDocumentProxy(new Uint8Array(pdf))).numPages).toBe(tickets.length)
})

test('others have their turn between two pages, and it ends when nobody waits for it', async () => {
  let turns = 0
  const ticking = setInterval(() => turns++, 0)
  const gone = new AbortController()
  gone.abort()
  await expect(renderTicketsPdf([ticket(), ticket()], { locale: 'en', signal: gone.signal })).rejects.toMatchObject({
    name: 'AbortError',
  })
  await renderTicketsPdf(Array(20).fill(ticket()), { locale: 'en' })
  clearInterval(ticking)
  expect(turns).toBeGreaterThan(5)
  await expect(renderTicketsPdf([], { locale: 'en' })).rejects.toThrow(RangeError)
})
