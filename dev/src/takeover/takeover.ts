import { type RunRecord, takeoverAddress } from '../stack/run-record.ts'
import type { StartContext } from '../stack/start-context.ts'
import { StartError } from '../stack/start-error.ts'
import { takeOver } from './takeover-client.ts'
import { startTakeoverServer } from './takeover-server.ts'

/** The takeover state of a stack: of its services by others, or of another stack's services by it. */
export interface TakeoverLink {
  isTakenOver: (service: string) => boolean
  ownerEnded: Promise<void>
  /** Call when everything is up: a starting service cannot be taken over. */
  open: (record: RunRecord) => void
  beforeStop: () => void
  afterStop: () => void
}

const noTakeover: TakeoverLink = {
  isTakenOver: () => false,
  ownerEnded: new Promise<void>(() => undefined),
  open: () => undefined,
  beforeStop: () => undefined,
  afterStop: () => undefined,
}

/** Lets other runners take over services of this stack. Closed before the services stop, so that a returned one is not restarted. */
export async function acceptTakeovers(ctx: StartContext): Promise<TakeoverLink> {
  const { address, isTakenOver, close } = await startTakeoverServer(ctx)
  return { ...noTakeover, isTakenOver, open: (record) => record.acceptsTakeovers(address), beforeStop: close }
}

/**
 * Takes over the services to start from the running stack, which gets them back when ours have stopped.
 * @throws {StartError} when one cannot be taken over
 */
export async function takeOverServices({ settings, report }: StartContext): Promise<TakeoverLink> {
  const names = settings.started.map(({ name }) => name)
  if (names.length === 0) return noTakeover
  const address = takeoverAddress(settings.stateDir)
  if (!address) throw new StartError('The stack in this folder is still starting. Try again once it shows its banner.')
  const takeover = takeOver(address, names)
  const { services, ownerEnded, release } = await report.during('the running stack stops its services', takeover)
  if (services.length > 0)
    report.line(`Taken over from the running stack until this process ends: ${services.join(', ')}.`)
  return { ...noTakeover, ownerEnded, afterStop: release }
}
