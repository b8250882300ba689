import type { NodeGetters } from '@tikitu/kit/graphql/nodes'
import type { Ctx } from '../context.ts'
import { getUserInFull } from '../domain/account/get-user.ts'

/** How each node of this service is found as its caller may see it. */
export const nodes: NodeGetters<Ctx> = {
  User: getUserInFull,
}
