import { lendingAddress, type RunRecord } from '../run-record.ts'
import { StartError } from '../start-error.ts'
import type { Starting } from '../starting.ts'
import { borrowServices } from './borrow-services.ts'
import { lendServices } from './lend-services.ts'

/** How two runners of one state folder share its services. */
export interface Sharing {
  isLent: (service: string) => boolean
  lenderEnded: Promise<void>
  /** To be called when everything is up: a service that starts cannot be taken over. */
  open: (record: RunRecord) => void
  beforeStop: () => void
  afterStop: () => void
}

const alone: Sharing = {
  isLent: () => false,
  lenderEnded: new Promise<void>(() => undefined),
  open: () => undefined,
  beforeStop: () => undefined,
  afterStop: () => undefined,
}

/** Lets other runners take over services of this stack. It ends before the services do: a returned one must not start again then. */
export async function lend(starting: Starting): Promise<Sharing> {
  const { address, isLent, close } = await lendServices(starting)
  return { ...alone, isLent, open: (record) => record.lends(address), beforeStop: close }
}

/**
 * Takes the services to be started over from the running stack, which gets them back when ours have freed their ports.
 * @throws {StartError} when one is not to be had
 */
export async function borrow({ settings, report }: Starting): Promise<Sharing> {
  const names = settings.started.map(({ name }) => name)
  if (names.length === 0) return alone
  const address = lendingAddress(settings.stateDir)
  if (!address) throw new StartError('The stack in this folder is still starting. Try again once it shows its banner.')
  const loan = borrowServices(address, names)
  const { services, lenderEnded, giveBack } = await report.during('the running stack stops its own', loan)
  if (services.length > 0)
    report.line(`Taken over from the running stack until this process ends: ${services.join(', ')}.`)
  return { ...alone, lenderEnded, afterStop: giveBack }
}
