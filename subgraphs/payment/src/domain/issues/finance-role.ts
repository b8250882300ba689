import { isStaff, requireStaff, type UserViewer } from '@tikitu/kit/auth/viewer'
import type { Ctx } from '../../context.ts'

/** The caller, who may act on payment issues. @throws {Unauthenticated | Forbidden} */
export function requireFinance(ctx: Ctx): UserViewer {
  return requireStaff(ctx.viewer, 'FINANCE')
}

/** Whether the caller may see payment issues. */
export function mayDecideOnMoney(ctx: Ctx): boolean {
  return isStaff(ctx.viewer, 'FINANCE')
}
