import { scanMessage } from '../domain/check-in/scan-message.ts'
import { type ScanResult, scannedTicket } from '../domain/check-in/scan-result.ts'
import type {
  AdmittedResolvers,
  AlreadyAdmittedResolvers,
  CheckInResolvers,
  CheckInResultResolvers,
  EntryRefusedResolvers,
  ExitedResolvers,
  ScanOutcome,
} from '../generated/resolvers.ts'

const outcome = ({ checkIn }: ScanResult): ScanOutcome => shownOutcome(checkIn)

export const CheckInResult: CheckInResultResolvers = {
  __resolveType: (result) => {
    if (!('checkIn' in result)) return 'InvalidInput'
    const { checkIn } = result
    if (checkIn.outcome === 'ADMITTED') return 'Admitted'
    if (checkIn.outcome === 'LEFT') return 'Exited'
    return checkIn.outcome === 'ALREADY_ADMITTED' ? 'AlreadyAdmitted' : 'EntryRefused'
  },
}

export const Admitted: AdmittedResolvers = { outcome }

export const Exited: ExitedResolvers = { outcome }

export const AlreadyAdmitted: AlreadyAdmittedResolvers = {
  admittedAt: ({ checkIn, earlier }) => (earlier ?? checkIn).scannedAt,
  code: () => 'ALREADY_ADMITTED',
  gate: ({ earlier }) => earlier?.gate ?? null,
  message: ({ checkIn }, _args, ctx) => scanMessage(ctx, checkIn),
  outcome,
}

export const EntryRefused: EntryRefusedResolvers = {
  code: () => 'ENTRY_REFUSED',
  message: ({ checkIn }, _args, ctx) => scanMessage(ctx, checkIn),
  outcome,
}

export const CheckIn: CheckInResolvers = {
  outcome: shownOutcome,
  ticket: (checkIn, _args, ctx) => scannedTicket(ctx, checkIn),
}

/** The stored outcome in the words of the API. */
function shownOutcome({ outcome }: ScanResult['checkIn']): ScanOutcome {
  return outcome === 'LEFT' ? 'EXITED' : outcome
}
