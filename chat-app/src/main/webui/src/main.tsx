import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
// First: it says in which order the layers count.
import './styles.css';
import { App } from './App';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
