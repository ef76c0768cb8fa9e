import { useConnection } from '@parley/client/react';
import { useState } from 'react';

import { Logo } from '../components/logo.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { RegisterForm } from './register-form.tsx';
import { SignInForm } from './sign-in-form.tsx';

export function SignIn() {
  const [isNew, setIsNew] = useState(false);
  const { state } = useConnection();
  return (
    <main className="grid h-full overflow-y-auto bg-sidebar">
      <div className="m-auto grid w-full max-w-md gap-7 px-4 py-10 sm:px-6">
        <Logo className="justify-center text-xl" />
        <Card className="grid gap-6 p-6 sm:p-8">
          <header className="grid gap-1.5">
            <h1 className="text-2xl font-semibold tracking-tight">
              {isNew ? 'Create an account' : 'Sign in'}
            </h1>
            <p className="text-sm text-muted-foreground">Talk, and agree on offers.</p>
          </header>
          {state === 'unauthorised' && (
            <p role="status" className="rounded-xl bg-deal-soft px-3.5 py-2.5 text-sm text-deal">
              Your session has ended. Please sign in again.
            </p>
          )}
          {isNew ? <RegisterForm /> : <SignInForm />}
        </Card>
        <p className="text-center text-sm text-muted-foreground">
          {isNew ? 'You have an account already?' : 'You are new here?'}{' '}
          <Button variant="link" size="inline" onClick={() => setIsNew(!isNew)}>
            {isNew ? 'Sign in' : 'Create an account'}
          </Button>
        </p>
      </div>
    </main>
  );
}
