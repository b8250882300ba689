import { buyTickets } from './buy-tickets.ts'
import { cancelTicket } from './cancel-ticket.ts'
import { checkAuditLog } from './check-audit-log.ts'
import { checkInTwice } from './check-in-twice.ts'
import { chooseSeats } from './choose-seats.ts'
import type { DemoContext } from './demo-context.ts'
import { register } from './register.ts'
import { setUpPartner } from './set-up-partner.ts'

/**
 * Runs through the platform once: from a partner's application to a check-in and a refund.
 * @throws when a step does not have the expected result
 */
export async function runDemo(demo: DemoContext): Promise<void> {
  const setup = await setUpPartner(demo)
  const fan = await register(demo, 'fan', 'Finn Fan')
  demo.reportStep('A fan registers, confirms the code in the mail, and signs in', fan.email)
  const held = await chooseSeats(demo, fan, setup)
  const purchase = await buyTickets(demo, fan, held)
  await checkInTwice(demo, setup, purchase.booking.tickets[0]?.code ?? '')
  await cancelTicket(demo, fan, { setup, purchase })
  await checkAuditLog(demo, setup)
}
