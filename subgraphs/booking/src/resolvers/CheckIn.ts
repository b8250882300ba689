import { scanMessage } from '../domain/check-in/scan-message.ts'
import { scannedTicket } from '../domain/check-in/scan-result.ts'
import type {
  AlreadyAdmittedResolvers,
  CheckInResolvers,
  CheckInResultResolvers,
  EntryRefusedResolvers,
} from '../generated/resolvers.ts'

export const CheckInResult: CheckInResultResolvers = {
  __resolveType: (result) => {
    if (!('checkIn' in result)) return 'InvalidInput'
    const { checkIn } = result
    if (checkIn.outcome === 'ADMITTED') return 'Admitted'
    if (checkIn.outcome === 'LEFT') return 'LetOut'
    return checkIn.outcome === 'ALREADY_ADMITTED' ? 'AlreadyAdmitted' : 'EntryRefused'
  },
}

export const AlreadyAdmitted: AlreadyAdmittedResolvers = {
  admittedAt: ({ checkIn, earlier }) => (earlier ?? checkIn).scannedAt,
  code: () => 'ALREADY_ADMITTED',
  gate: ({ earlier }) => earlier?.gate ?? null,
  message: ({ checkIn }, _args, ctx) => scanMessage(ctx, checkIn),
}

export const EntryRefused: EntryRefusedResolvers = {
  code: () => 'ENTRY_REFUSED',
  message: ({ checkIn }, _args, ctx) => scanMessage(ctx, checkIn),
}

export const CheckIn: CheckInResolvers = {
  ticket: (checkIn, _args, ctx) => scannedTicket(ctx, checkIn),
}
