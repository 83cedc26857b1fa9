import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { AuthPage } from '../../../features/auth/auth-page.tsx';

export const generateMetadata = pageMetadata('Sign in', { robots: { index: false } });

export default async function SignInPage({ searchParams }: PageProps<'/auth/signin'>) {
  return <AuthPage mode="signin" searchParams={await searchParams} />;
}
