import { randomUUID } from 'node:crypto'
import { succeed } from '@tikitu/client'
import { CheckInDocument } from '@tikitu/client/operations'
import type { Business } from './open-for-business.ts'
import type { Person } from './person.ts'
import { expectThat, type World } from './world.ts'

/** A ticket is scanned twice: the first time it lets in, the second time it does not. */
export async function scanTwice(world: World, business: Business, code: string): Promise<void> {
  const first = succeed(await scan(business.partner, business.performanceId, code), 'Admitted')
  world.tell('The ticket is scanned at the door', `admitted: ${first.ticket.placeLabel}`)
  const second = await scan(business.partner, business.performanceId, code)
  expectThat(second.__typename === 'AlreadyAdmitted', 'a ticket is admitted once')
  world.tell('It is scanned again', `refused: ${second.message}`)
}

async function scan(scanner: Person, performanceId: string, code: string) {
  const input = { performanceId, code, gate: 'Main door', nonce: randomUUID() }
  return (await scanner.run(CheckInDocument, { input })).checkIn
}
