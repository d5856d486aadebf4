import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { Menu, MenuChoices } from '../ui/Menu';
import { stored } from '../ui/stored';

const key = 'chat.model';

/** The model that the user asks; undefined is whatever the server asks by itself. */
export function useModel(models: string[]): [string | undefined, (model: string) => void] {
  const [chosen, setChosen] = useState(() => stored.get(key));
  const choose = (model: string) => {
    setChosen(model);
    if (model === models[0]) stored.remove(key);
    else stored.set(key, model);
  };
  return [chosen !== undefined && chosen !== models[0] && models.includes(chosen) ? chosen : undefined, choose];
}

export interface ModelMenuProps {
  models: string[];
  model: string | undefined;
  onChoose(model: string): void;
}

export function ModelMenu({ models, model, onChoose }: ModelMenuProps) {
  const [usual] = models;
  if (usual === undefined || models.length < 2) return null;
  const value = model ?? usual;
  const trigger = (
    <Button variant="ghost" className="min-w-0 shrink px-2" aria-label={`Model: ${value}`}>
      <span className="max-w-40 truncate" dir="auto">
        {value}
      </span>
      <ChevronDown className="size-4" />
    </Button>
  );
  return (
    <Menu trigger={trigger} side="top">
      <MenuChoices label="Model" value={value} choices={models.map((one) => ({ value: one, label: one }))} onChoose={onChoose} />
    </Menu>
  );
}
