import { scanTwice } from './at-the-door.ts'
import { buy } from './buy.ts'
import { cancelOne } from './cancel.ts'
import { chooseSeats } from './choose-seats.ts'
import { lookBack } from './look-back.ts'
import { openForBusiness } from './open-for-business.ts'
import { register } from './register.ts'
import type { World } from './world.ts'

/**
 * Everything the platform is for, once: from a partner's application to a ticket at the door and a refund.
 * @throws where a step does not give what it promises
 */
export async function tellStory(world: World): Promise<void> {
  const business = await openForBusiness(world)
  const fan = await register(world, 'fan', 'Finn Fan')
  world.tell('A fan registers, confirms the code in the mail, and signs in', fan.email)
  const held = await chooseSeats(world, fan, business)
  const purchase = await buy(world, fan, held)
  await scanTwice(world, business, purchase.booking.tickets[0]?.code ?? '')
  await cancelOne(world, fan, { business, purchase })
  await lookBack(world, business)
}
