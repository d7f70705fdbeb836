import { loginPage } from '../http/guards';
import { text } from '../http/Reply';
import { Router } from '../http/Router';
import { assetRoutes } from './assets';
import { catalogueRoutes } from './catalogue';
import { controlRoutes } from './control';
import { internalRoutes } from './internal';
import { jobRoutes } from './jobs';
import { managerRoutes } from './manager';
import { promptRoutes } from './prompt';
import { queueRoutes } from './queue';
import type { RouteContext } from './RouteContext';
import { uploadRoutes } from './upload';
import { userDataRoutes } from './userData';
import { viewRoutes } from './view';

export function routesOf(context: RouteContext): Router {
	const router = new Router(context.machine.has('apiPrefix'));
	promptRoutes(router, context);
	queueRoutes(router, context);
	controlRoutes(router, context);
	jobRoutes(router, context);
	viewRoutes(router, context);
	uploadRoutes(router, context);
	catalogueRoutes(router, context);
	userDataRoutes(router, context);
	internalRoutes(router, context);
	assetRoutes(router, context);
	managerRoutes(router, context);
	router.get('/ws', () => text(400, 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".'));
	if (context.machine.settings.auth?.kind === 'login')
		router.get('/login', () => loginPage(), { single: true });
	return router;
}
