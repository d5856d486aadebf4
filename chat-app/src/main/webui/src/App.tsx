import { Button } from './ui/Button';

export function App() {
  return (
    <main className="grid h-full place-items-center">
      <h1 className="text-xl">chat</h1>
      <Button variant="primary">Sign in</Button>
    </main>
  );
}
