import {
  Atom, Award, Bolt, BookMarked, BookOpen, Bot, Box, Briefcase, Bug, Calendar, ChartColumn, Check, ChevronLeft,
  ChevronRight, Circle, CircleCheck, CircleHelp, Clock, Compass, Contact, Dot, Ellipsis, EllipsisVertical,
  ExternalLink, File, FileText, FlaskConical, Globe, IdCard, Image, Images, Info, KeyRound, Layers, LifeBuoy,
  Lightbulb, type LucideIcon, Mail, Map, MapPin, Monitor, Notebook, NotebookPen, PartyPopper, Pencil, PenLine, Phone,
  Play, Plus, RefreshCw, Search, SlidersHorizontal, Smartphone, Sparkle, Sparkles, SquareCode, SquarePen, Star, User,
} from 'lucide-react';
import { cn } from '../ui/cn';

/** ChatKit's names for icons. */
const ICONS: Record<string, LucideIcon> = {
  agent: Bot, analytics: ChartColumn, atom: Atom, batch: Layers, bolt: Bolt, 'book-open': BookOpen,
  'book-closed': BookMarked, 'book-clock': BookMarked, bug: Bug, calendar: Calendar, chart: ChartColumn, check: Check,
  'check-circle': CircleCheck, 'check-circle-filled': CircleCheck, 'chevron-left': ChevronLeft,
  'chevron-right': ChevronRight, 'circle-question': CircleHelp, clock: Clock, compass: Compass, confetti: PartyPopper,
  cube: Box, desktop: Monitor, document: File, dot: Dot, 'dots-horizontal': Ellipsis, 'dots-vertical': EllipsisVertical,
  'empty-circle': Circle, 'external-link': ExternalLink, globe: Globe, keys: KeyRound, lab: FlaskConical,
  images: Images, info: Info, lifesaver: LifeBuoy, lightbulb: Lightbulb, mail: Mail, 'map-pin': MapPin, maps: Map,
  mobile: Smartphone, name: IdCard, notebook: Notebook, 'notebook-pencil': NotebookPen, 'page-blank': File,
  phone: Phone, play: Play, plus: Plus, profile: User, 'profile-card': Contact, reload: RefreshCw, star: Star,
  'star-filled': Star, search: Search, sparkle: Sparkle, 'sparkle-double': Sparkles, 'square-code': SquareCode,
  'square-image': Image, 'square-text': FileText, suitcase: Briefcase, 'settings-slider': SlidersHorizontal,
  user: User, wreath: Award, write: Pencil, 'write-alt': PenLine, 'write-alt2': SquarePen,
};

/** An icon by its name in ChatKit; nothing for a name that is not known. It says nothing: words stand beside it. */
export function Icon({ name, className }: { name: string | undefined; className?: string }) {
  const key = name?.replace(/^lucide:/, '');
  const Drawn = key !== undefined && Object.hasOwn(ICONS, key) ? ICONS[key] : undefined;
  return Drawn ? <Drawn className={cn('size-4 shrink-0', className)} aria-hidden /> : null;
}
