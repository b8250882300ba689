/** A showing to try templates with. */
export const samplePerformance = {
  eventId: 'shw_sample',
  eventTitle: 'Hamlet',
  performanceId: 'prf_sample',
  startsAt: '2027-06-01T12:30:00.000Z',
  doorsAt: '2027-06-01T11:45:00.000Z',
  timeZone: 'Asia/Jakarta',
  venueName: 'Teater Jakarta',
  venueCity: 'Jakarta',
  venueAddressLines: ['Jalan Cikini Raya 73', 'Jakarta 10330'],
}

/** Who and what a sample booking is. */
export const sampleParties = {
  bookingId: 'bkg_sample',
  reference: 'K7QM-2F9D',
  userId: 'usr_sample',
  partnerId: 'ptr_sample',
}
