import type { Router } from 'cognito-local/lib/server/Router.js'
import type { AppClient } from 'cognito-local/lib/services/appClient.js'
import type { CognitoService } from 'cognito-local/lib/services/cognitoService.js'
import type { Context } from 'cognito-local/lib/services/context.js'
import { type Account, demoAccounts, demoPassword, groups } from './accounts.ts'

/** The services of the embedded Cognito, and the ids of its pool and app client. */
export interface Pool {
  ctx: Context
  router: Router
  cognito: CognitoService
  poolId: string
  clientId: string
}

/** Creates the pool, its app client, groups and demo accounts, unless they exist. */
export async function preparePool({ ctx, router, cognito, poolId, clientId }: Pool): Promise<void> {
  const pools = await cognito.listUserPools(ctx)
  if (!pools.some(({ Id }) => Id === poolId)) await cognito.createUserPool(ctx, { Id: poolId, Name: 'tikitu' })
  const pool = await cognito.getUserPool(ctx, poolId)
  if (!(await cognito.getAppClient(ctx, clientId))) await pool.saveAppClient(ctx, client(poolId, clientId))
  const call = (target: string, input: object) => router(target)(ctx, { UserPoolId: poolId, ...input })
  for (const group of groups) {
    if (!(await pool.getGroupByGroupName(ctx, group))) await call('CreateGroup', { GroupName: group })
  }
  for (const account of demoAccounts) {
    const user = await pool.getUserByUsername(ctx, account.email)
    if (user?.UserStatus === 'CONFIRMED') continue
    if (!user) await createUser(call, account)
    await completeUser(call, account)
  }
}

type Call = (target: string, input: object) => Promise<unknown>

/** Built by hand, because CreateUserPoolClient would choose the id that services know from their environment. */
function client(poolId: string, clientId: string): AppClient {
  const now = new Date()
  return {
    ClientId: clientId,
    ClientName: 'tikitu',
    UserPoolId: poolId,
    CreationDate: now,
    LastModifiedDate: now,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    AccessTokenValidity: 1,
    IdTokenValidity: 1,
    RefreshTokenValidity: 30,
    TokenValidityUnits: { AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' },
  }
}

async function createUser(call: Call, account: Account): Promise<void> {
  await call('AdminCreateUser', {
    Username: account.email,
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: account.email },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'name', Value: account.name },
    ],
  })
}

/** The password comes last: it confirms the account, so a confirmed account is complete. */
async function completeUser(call: Call, account: Account): Promise<void> {
  const user = { Username: account.email }
  for (const group of account.groups) await call('AdminAddUserToGroup', { ...user, GroupName: group })
  await call('AdminSetUserPassword', { ...user, Password: demoPassword, Permanent: true })
}
