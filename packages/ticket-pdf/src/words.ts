/** What a ticket says beside its facts. */
export interface Words {
  ticketOf: (number: number, count: number) => string
  organizer: string
  when: string
  doors: (time: string) => string
  postponed: string
  where: string
  map: string
  place: string
  ticket: string
  name: string
  booking: string
  receipt: string
  price: string
  fee: string
  total: string
  tax: (amount: string) => string
  terms: string
  admitsOne: string
  keepSecret: string
  /** Until when tickets can be given back, and what is kept of each: empty when nothing is. */
  returns: (until: string, kept: string) => string
  noReturns: string
  moves: string
  fold: string
}

const en: Words = {
  ticketOf: (number, count) => (count === 1 ? 'Ticket' : `Ticket ${number} of ${count}`),
  organizer: 'Presented by',
  when: 'When',
  doors: (time) => `Doors open at ${time}`,
  postponed: 'Postponed. A new date will follow.',
  where: 'Where',
  map: 'Open the map',
  place: 'Place',
  ticket: 'Ticket',
  name: 'Name',
  booking: 'Booking',
  receipt: 'Price of this ticket',
  price: 'Price',
  fee: 'Fees',
  total: 'Total',
  tax: (amount) => `Includes ${amount} tax`,
  terms: 'Good to know',
  admitsOne: 'This ticket admits one person. Show the code at the door, on paper or on a screen.',
  keepSecret: 'The first person to show this code is admitted. Do not share it publicly.',
  returns: (until, kept) => `Tickets can be returned until ${until}.${kept && ` A fee of ${kept} per ticket applies.`}`,
  noReturns: 'Tickets cannot be returned unless the event is moved or cancelled.',
  moves: 'If the event is moved or cancelled, we will email you. The ticket stays valid for the new date.',
  fold: 'Fold here',
}

const id: Words = {
  ticketOf: (number, count) => (count === 1 ? 'Tiket' : `Tiket ${number} dari ${count}`),
  organizer: 'Dipersembahkan oleh',
  when: 'Waktu',
  doors: (time) => `Pintu dibuka pukul ${time}`,
  postponed: 'Ditunda. Jadwal baru belum ada.',
  where: 'Lokasi',
  map: 'Buka peta',
  place: 'Tempat',
  ticket: 'Tiket',
  name: 'Nama',
  booking: 'Pemesanan',
  receipt: 'Harga tiket ini',
  price: 'Harga',
  fee: 'Biaya',
  total: 'Total',
  tax: (amount) => `Termasuk pajak ${amount}`,
  terms: 'Perlu diketahui',
  admitsOne: 'Tiket ini berlaku untuk satu orang. Tunjukkan kodenya di pintu masuk, di kertas atau di layar.',
  keepSecret: 'Siapa pun yang lebih dulu menunjukkan kode ini boleh masuk. Jangan disebarkan.',
  returns: (until, kept) =>
    `Tiket dapat dikembalikan sampai ${until}.${kept && ` Dari setiap tiket dipotong ${kept}.`}`,
  noReturns: 'Tiket tidak dapat dikembalikan, kecuali acara dipindahkan atau dibatalkan.',
  moves:
    'Jika acara dipindahkan atau dibatalkan, kami akan mengirim e-mail kepada Anda. Tiket tetap berlaku untuk jadwal baru.',
  fold: 'Lipat di sini',
}

const languages = { en, id }

/** The words in the language of that locale; English where we do not speak it. */
export function wordsOf(locale: string): Words {
  return languages[languageOf(locale)]
}

/** The language of a ticket for somebody who reads that locale. */
export function languageOf(locale: string): keyof typeof languages {
  return locale.toLowerCase().split('-')[0] === 'id' ? 'id' : 'en'
}

/** The locale for dates and amounts: the reader's own where the words are in their language, English as most of the world writes it elsewhere. */
export function formatLocaleOf(locale: string): string {
  return languageOf(locale) === 'id' ? locale : /^en-/i.test(locale) ? locale : 'en-GB'
}

interface Where {
  timeZone: string
  locale: string
}

/** `Tuesday, 1 June 2027` */
export function dateIn(moment: string, { timeZone, locale }: Where): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone }).format(new Date(moment))
}

/** `19:30 WIB` */
export function timeIn(moment: string, { timeZone, locale }: Where): string {
  const style = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short', timeZone } as const
  return new Intl.DateTimeFormat(locale, style).format(new Date(moment))
}
