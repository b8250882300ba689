import { type PrintedTicket, textsOf } from './ticket.ts'

/** Ids that a pass has besides what is printed on the ticket. */
export interface PassIds {
  ticketId: string
  performanceId: string
}

/**
 * The ticket as the `pass.json` of an Apple Wallet event ticket, without `passTypeIdentifier` and `teamIdentifier`: they belong to the
 * certificate by which the pass is signed. https://developer.apple.com/documentation/walletpasses/pass
 */
export function walletPass(ticket: PrintedTicket, { ticketId, performanceId }: PassIds, locale: string) {
  const texts = textsOf(ticket, locale)
  const { showing, organizer, code } = ticket
  return {
    formatVersion: 1,
    serialNumber: ticketId,
    groupingIdentifier: performanceId,
    organizationName: organizer ?? 'Tikitu',
    description: texts.title,
    ...(showing.status === 'POSTPONED' ? {} : { relevantDate: showing.startsAt }),
    sharingProhibited: true,
    barcodes: [{ format: 'PKBarcodeFormatQR', message: code, messageEncoding: 'iso-8859-1' }],
    eventTicket: {
      primaryFields: [{ key: 'event', value: texts.title }],
      secondaryFields: [
        { key: 'when', label: texts.when, value: [texts.date, texts.times].filter(Boolean).join(' ') },
        { key: 'where', label: texts.where, value: texts.venueName },
      ],
      auxiliaryFields: texts.facts
        .filter(({ value }) => value.trim() !== '')
        .map(({ label, value }, index) => ({ key: `fact${index + 1}`, label, value })),
      backFields: [
        { key: 'reference', label: texts.booking, value: texts.reference },
        { key: 'address', label: texts.where, value: [texts.venueName, texts.address].filter(Boolean).join(', ') },
        { key: 'terms', label: texts.terms, value: texts.rules.join('\n') },
      ],
    },
  }
}
