import type { ParleyClient } from '@parley/client';
import { useState, useSyncExternalStore } from 'react';

import { Logo } from '../ui/logo.tsx';
import { RegisterForm } from './register-form.tsx';
import { SignInForm } from './sign-in-form.tsx';

export function SignIn({ client }: { client: ParleyClient }) {
  const [isNew, setIsNew] = useState(false);
  const { connection } = client;
  const { state } = useSyncExternalStore(connection.subscribe, connection.getSnapshot);
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <Logo />
        <h1>{isNew ? 'Create an account' : 'Sign in'}</h1>
        <p className="lead">Talk, and agree on offers.</p>
        {state === 'unauthorised' && (
          <p className="note note-warn" role="status">
            Your session has ended. Please sign in again.
          </p>
        )}
        {isNew ? <RegisterForm client={client} /> : <SignInForm client={client} />}
        <p className="sign-in-switch">
          {isNew ? 'You have an account already?' : 'You are new here?'}{' '}
          <button type="button" className="link-button" onClick={() => setIsNew(!isNew)}>
            {isNew ? 'Sign in' : 'Create an account'}
          </button>
        </p>
      </div>
    </main>
  );
}
