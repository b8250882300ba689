import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  AdminRemoveUserFromGroupCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { ConfirmationCodeRefused, EmailTaken, SignInRefused } from '../errors.ts'
import {
  type CognitoOptions,
  callCognito,
  ignoreRevealingErrors,
  ignoreUnknownUser,
  openPool,
  type Pool,
  secretHashOf,
} from './cognito-pool.ts'
import { refreshTokens, signInWithPassword } from './cognito-sessions.ts'
import { callOnAccount } from './cognito-usernames.ts'
import type { Account, Identity, NewAccount } from './identity.ts'

/** The identity that a Cognito user pool keeps. */
export function cognitoIdentity(options: CognitoOptions): Identity {
  const pool = openPool(options)
  return { ...registration(pool), ...replacement(pool), ...sessions(pool), ...passwords(pool), ...administration(pool) }
}

type IdentityPart<K extends keyof Identity> = Pick<Identity, K>

function registration(pool: Pool): IdentityPart<'signUp' | 'confirmSignUp' | 'sendConfirmationCode'> {
  const { client } = pool
  const codeRefused = () => new ConfirmationCodeRefused()
  return {
    async signUp(account) {
      const command = new SignUpCommand({
        ...callerOf(pool, account.email),
        Password: account.password,
        UserAttributes: attributesOf(account),
      })
      const { UserSub = '', UserConfirmed = false } = await callCognito(client.send(command))
      return { sub: UserSub, isConfirmed: UserConfirmed }
    },
    async confirmSignUp(email, code) {
      const command = new ConfirmSignUpCommand({ ...callerOf(pool, email), ConfirmationCode: code })
      await callCognito(client.send(command), {
        NotAuthorizedException: codeRefused,
        UserNotFoundException: codeRefused,
        InvalidParameterException: codeRefused,
      })
    },
    async sendConfirmationCode(email) {
      const command = new ResendConfirmationCodeCommand(callerOf(pool, email))
      await ignoreRevealingErrors(client.send(command))
    },
  }
}

/**
 * Accounts are removed by their user name, which is never given again, and not by their address: whoever registers it at
 * the same moment keeps what they made. The account is closed before it is looked at a last time, so that one which was
 * confirmed meanwhile is found, and one which is confirmed from now on is known to be going.
 */
function replacement({ client, UserPoolId }: Pool): IdentityPart<'removeUnconfirmed'> {
  const find = (Username: string) => ignoreUnknownUser(client.send(new AdminGetUserCommand({ UserPoolId, Username })))
  return {
    async removeUnconfirmed(email) {
      const found = await find(email)
      if (!found) return null
      requireUnconfirmed(found)
      const account = { UserPoolId, Username: found.Username }
      await ignoreUnknownUser(client.send(new AdminDisableUserCommand(account)))
      const closed = await find(found.Username ?? '')
      if (!closed) return null
      if (closed.UserStatus !== 'UNCONFIRMED' && found.Enabled) {
        await ignoreUnknownUser(client.send(new AdminEnableUserCommand(account)))
      }
      requireUnconfirmed(closed)
      await ignoreUnknownUser(client.send(new AdminDeleteUserCommand(account)))
      return accountOf(closed).sub
    },
  }
}

function requireUnconfirmed({ UserStatus }: AdminGetUserCommandOutput): void {
  if (UserStatus !== 'UNCONFIRMED') throw new EmailTaken()
}

function sessions(pool: Pool): IdentityPart<'signIn' | 'refresh' | 'signOut' | 'signOutEverywhere'> {
  const { client, ClientId, ClientSecret, UserPoolId } = pool
  return {
    signIn: (credentials) => signInWithPassword(pool, credentials),
    refresh: (refreshToken) => refreshTokens(pool, refreshToken),
    async signOut(refreshToken) {
      await ignoreRevealingErrors(client.send(new RevokeTokenCommand({ ClientId, ClientSecret, Token: refreshToken })))
    },
    async signOutEverywhere(username) {
      await callOnAccount(pool, username, (Username) =>
        client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username })),
      )
    },
  }
}

function passwords(pool: Pool): IdentityPart<'sendResetCode' | 'resetPassword' | 'changePassword'> {
  const { client } = pool
  const codeRefused = () => new ConfirmationCodeRefused()
  return {
    async sendResetCode(email) {
      await ignoreRevealingErrors(client.send(new ForgotPasswordCommand(callerOf(pool, email))))
    },
    async resetPassword({ email, code, password }) {
      const command = new ConfirmForgotPasswordCommand({
        ...callerOf(pool, email),
        ConfirmationCode: code,
        Password: password,
      })
      await callCognito(client.send(command), {
        NotAuthorizedException: codeRefused,
        UserNotFoundException: codeRefused,
        UserNotConfirmedException: codeRefused,
      })
    },
    async changePassword({ accessToken, from, to }) {
      const command = new ChangePasswordCommand({
        AccessToken: accessToken,
        PreviousPassword: from,
        ProposedPassword: to,
      })
      await callCognito(client.send(command), {
        NotAuthorizedException: () => new SignInRefused('The password is wrong.'),
      })
    },
  }
}

function administration(pool: Pool): IdentityPart<'findAccount' | 'setEnabled' | 'setMembership'> {
  const { client, UserPoolId } = pool
  return {
    async findAccount(username) {
      const answer = await callOnAccount(pool, username, (Username) =>
        client.send(new AdminGetUserCommand({ UserPoolId, Username })),
      )
      return answer ? accountOf(answer) : null
    },
    async setEnabled(username, isEnabled) {
      const answer = await callOnAccount<unknown>(pool, username, (Username) => {
        const user = { UserPoolId, Username }
        return isEnabled
          ? client.send(new AdminEnableUserCommand(user))
          : client.send(new AdminDisableUserCommand(user))
      })
      return answer !== null
    },
    async setMembership(username, group, isMember) {
      const answer = await callOnAccount<unknown>(pool, username, (Username) => {
        const membership = { UserPoolId, Username, GroupName: group }
        return isMember
          ? client.send(new AdminAddUserToGroupCommand(membership))
          : client.send(new AdminRemoveUserFromGroupCommand(membership))
      })
      return answer !== null
    },
  }
}

/** What every call says of the app client, and of the account that it is about. */
function callerOf(pool: Pool, username: string) {
  return { ClientId: pool.ClientId, Username: username, SecretHash: secretHashOf(pool, username) }
}

function attributesOf({ email, name, locale, timeZone }: NewAccount): AttributeType[] {
  const values = { email, name, locale, zoneinfo: timeZone }
  return Object.entries(values).flatMap(([Name, Value]) => (Value ? [{ Name, Value }] : []))
}

function accountOf({ UserAttributes = [], UserStatus, Enabled }: Partial<AdminGetUserCommandOutput>): Account {
  const attribute = (name: string) => UserAttributes.find(({ Name }) => Name === name)?.Value ?? null
  return {
    sub: attribute('sub') ?? '',
    email: attribute('email'),
    isEmailVerified: attribute('email_verified') === 'true',
    isConfirmed: UserStatus !== 'UNCONFIRMED',
    isEnabled: Enabled !== false,
    name: attribute('name'),
    locale: attribute('locale'),
    timeZone: attribute('zoneinfo'),
  }
}
