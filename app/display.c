/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A window with the screen, by SDL2, which is loaded when there is to be one. It lives in a thread
 * of its own: it reads the guest's pixels by the host's clock, and what is done in it waits in a
 * queue until the machine asks at a point of simulated time. Nothing else goes either way.
 */
#define SDL_MAIN_HANDLED
#include <SDL.h>
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "app/app.h"
#include "base/path.h"

enum { REFRESH_MS = 30, TITLE_MS = 250, QUEUE = 4096 };

/* clang-format off */
#define SDL_FUNCTIONS(F)                                                                           \
	F(CreateRenderer) F(CreateTexture) F(CreateWindow) F(DestroyRenderer) F(DestroyTexture)    \
	F(DestroyWindow) F(GetCurrentVideoDriver) F(GetError) F(GetTicks) F(Init) F(Quit)          \
	F(RenderClear) F(RenderCopy) F(RenderPresent) F(RenderSetLogicalSize) F(SetHint)            \
	F(SetWindowTitle) F(UpdateTexture) F(WaitEventTimeout)
/* clang-format on */

static struct {
#define F(name) __typeof__(SDL_##name) *name;
	SDL_FUNCTIONS(F)
#undef F
} sdl;

static struct {
	struct machine *machine; /* NULL: there is no window */
	struct screen_view view;
	char title[80];
	bool is_live; /* what is done in the window is input */
	pthread_t thread;

	/* Of the thread alone. */
	SDL_Window *window;
	SDL_Renderer *renderer;
	SDL_Texture *texture;
	u8 *shown; /* the pixels that the texture has */

	/* Between the thread and the machine. */
	_Atomic bool ends, is_closed; /* the run does; the user closed the window */
	_Atomic u64 now;	      /* simulated time */
	int wake;		      /* an eventfd: there is something for the machine */
	pthread_mutex_t lock;	      /* of the queue */
	u64 queue[QUEUE];
	unsigned first, count;

	sem_t opened; /* the thread has tried; status says how */
	struct status status;
} display = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* ---- What is done in the window: for the machine ---- */

static void push(enum input_device device, u16 type, u16 code, u32 value)
{
	struct input_event event = { device, type, code, value };

	display.queue[(display.first + display.count++) % QUEUE] = input_event_pack(&event);
}

struct change {
	u16 type, code;
	u32 value;
};

/* Changes that belong together. A full queue is that of a machine that asks for nothing. */
static void tell(enum input_device device, const struct change *change, unsigned count)
{
	if (!display.is_live)
		return;
	pthread_mutex_lock(&display.lock);
	if (display.count + count + 1 <= QUEUE) {
		for (unsigned i = 0; i < count; i++)
			push(device, change[i].type, change[i].code, change[i].value);
		push(device, EV_SYN, 0, 0);
	}
	pthread_mutex_unlock(&display.lock);
	eventfd_write(display.wake, 1);
}

static u64 get_input(void *opaque)
{
	u64 packed = 0;

	(void)opaque;
	display.now = machine_now(display.machine);
	if (display.is_closed) {
		display.is_closed = false;
		machine_quit(display.machine, "the user closed the window");
	}
	pthread_mutex_lock(&display.lock);
	if (display.count > 0) {
		packed = display.queue[display.first];
		display.first = (display.first + 1) % QUEUE;
		display.count--;
	}
	pthread_mutex_unlock(&display.lock);
	return packed;
}

/* ---- Its events ---- */

static const u8 key_codes[SDL_NUM_SCANCODES] = {
#define KEY(name, code) [SDL_SCANCODE_##name] = code,
#include "app/display_keys.def"
#undef KEY
};

/* By SDL's number, which is not by place. */
static const u16 button_codes[] = { 0, BTN_LEFT, BTN_MIDDLE, BTN_RIGHT, BTN_SIDE, BTN_EXTRA };

static void on_key(const SDL_KeyboardEvent *key)
{
	unsigned scancode = key->keysym.scancode;
	u8 code = scancode < COUNT(key_codes) ? key_codes[scancode] : 0;

	if (code != 0 && key->repeat == 0) /* the guest repeats as it likes */
		tell(INPUT_KEYBOARD, &(struct change){ EV_KEY, code, key->state == SDL_PRESSED },
			1);
}

static void on_button(const SDL_MouseButtonEvent *button)
{
	if (button->button > 0 && button->button < COUNT(button_codes))
		tell(INPUT_TABLET,
			&(struct change){ EV_KEY, button_codes[button->button],
				button->state == SDL_PRESSED },
			1);
}

/* From a pixel of so many to a place of the tablet. */
static u32 place_of(s32 pixel, u32 pixels)
{
	u32 at = pixel < 0 ? 0 : (u32)pixel;

	return (u32)((u64)(at < pixels ? at : pixels - 1) * ABS_LAST / (pixels - 1));
}

static void on_motion(const SDL_MouseMotionEvent *motion)
{
	tell(INPUT_TABLET,
		(struct change[]){ { EV_ABS, ABS_X, place_of(motion->x, display.view.width) },
			{ EV_ABS, ABS_Y, place_of(motion->y, display.view.height) } },
		2);
}

static void on_wheel(const SDL_MouseWheelEvent *wheel)
{
	if (wheel->y != 0)
		tell(INPUT_TABLET, &(struct change){ EV_REL, REL_WHEEL, (u32)wheel->y }, 1);
	if (wheel->x != 0)
		tell(INPUT_TABLET, &(struct change){ EV_REL, REL_HWHEEL, (u32)wheel->x }, 1);
}

/* true: the window has to be drawn again. */
static bool on_event(const SDL_Event *event)
{
	switch (event->type) {
	case SDL_KEYDOWN:
	case SDL_KEYUP: on_key(&event->key); return false;
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP: on_button(&event->button); return false;
	case SDL_MOUSEMOTION: on_motion(&event->motion); return false;
	case SDL_MOUSEWHEEL: on_wheel(&event->wheel); return false;
	case SDL_QUIT:
		display.is_closed = true;
		eventfd_write(display.wake, 1);
		return false;
	default: return event->type == SDL_WINDOWEVENT;
	}
}

/* ---- Its picture ---- */

static void draw(bool must)
{
	const struct screen_view *view = &display.view;
	size_t size = (size_t)view->stride * view->height;

	if (!must && memcmp(display.shown, view->pixels, size) == 0)
		return;
	memcpy(display.shown, view->pixels, size);
	sdl.UpdateTexture(display.texture, NULL, display.shown, (int)view->stride);
	sdl.RenderClear(display.renderer);
	sdl.RenderCopy(display.renderer, display.texture, NULL, NULL);
	sdl.RenderPresent(display.renderer);
}

static void set_title(void)
{
	char title[120], time[RATIO_TEXT];

	snprintf(title, sizeof(title), "%s - %s s - Entresol", display.title,
		say_ratio(time, (s64)(display.now / (MACHINE_HZ / 1000)), 1000, 2));
	sdl.SetWindowTitle(display.window, title);
}

/* Without a display SDL draws where nobody sees it; who wants that names the driver. */
static struct status check_display(void)
{
	if (getenv("SDL_VIDEODRIVER") != NULL || getenv("DISPLAY") != NULL ||
		getenv("WAYLAND_DISPLAY") != NULL)
		return status_ok();
	return status_error(STATUS_HOST,
		"--display sdl: no window can be opened, as neither DISPLAY nor WAYLAND_DISPLAY is "
		"set");
}

static struct status check_driver(void)
{
	const char *driver = sdl.GetCurrentVideoDriver();

	if (getenv("SDL_VIDEODRIVER") != NULL || strcmp(driver, "x11") == 0 ||
		strcmp(driver, "wayland") == 0)
		return status_ok();
	return status_error(STATUS_HOST,
		"--display sdl: no window can be opened: no server answers at DISPLAY or "
		"WAYLAND_DISPLAY");
}

static struct status make_window(void)
{
	struct status status;

	int width = (int)display.view.width, height = (int)display.view.height;

	sdl.SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); /* Ctrl-C is the terminal's */
	if (sdl.Init(SDL_INIT_VIDEO) != 0)
		return status_error(STATUS_HOST, "--display sdl: %.120s", sdl.GetError());
	status = check_driver();
	if (status.code != STATUS_OK)
		return status;
	display.window = sdl.CreateWindow(display.title, SDL_WINDOWPOS_UNDEFINED,
		SDL_WINDOWPOS_UNDEFINED, width, height, SDL_WINDOW_RESIZABLE);
	if (display.window != NULL)
		display.renderer = sdl.CreateRenderer(display.window, -1, 0);
	if (display.renderer != NULL)
		display.texture = sdl.CreateTexture(display.renderer, SDL_PIXELFORMAT_XRGB8888,
			SDL_TEXTUREACCESS_STREAMING, width, height);
	display.shown = calloc(display.view.stride, display.view.height);
	if (display.texture == NULL || display.shown == NULL)
		return status_error(STATUS_HOST, "--display sdl: %.120s", sdl.GetError());
	/* scaled with the window, its form kept; places of the pointer are the screen's */
	sdl.RenderSetLogicalSize(display.renderer, width, height);
	return status_ok();
}

static void *live_in_window(void *opaque)
{
	u32 titled = 0, drawn = 0;
	bool must = true;

	(void)opaque;
	display.status = make_window();
	sem_post(&display.opened);
	while (display.status.code == STATUS_OK && !display.ends) {
		SDL_Event event;

		if (sdl.WaitEventTimeout(&event, REFRESH_MS))
			must |= on_event(&event);
		if (sdl.GetTicks() - drawn >= REFRESH_MS) {
			drawn = sdl.GetTicks();
			draw(must);
			must = false;
		}
		if (sdl.GetTicks() - titled >= TITLE_MS) {
			titled = sdl.GetTicks();
			set_title();
		}
	}
	if (display.texture != NULL)
		sdl.DestroyTexture(display.texture);
	if (display.renderer != NULL)
		sdl.DestroyRenderer(display.renderer);
	if (display.window != NULL)
		sdl.DestroyWindow(display.window);
	sdl.Quit();
	free(display.shown);
	return NULL;
}

/* ---- Opening and closing ---- */

static struct status load_sdl(void)
{
	void *library = dlopen("libSDL2-2.0.so.0", RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		return status_error(STATUS_HOST,
			"--display sdl needs SDL2 (Debian: libsdl2-2.0-0): %.80s", dlerror());
#define F(name)                                                                                    \
	*(void **)&sdl.name = dlsym(library, "SDL_" #name);                                        \
	if (sdl.name == NULL)                                                                      \
		return status_error(STATUS_HOST, "--display sdl: this SDL2 has no SDL_%s", #name);
	SDL_FUNCTIONS(F)
#undef F
	return status_ok();
}

/* Signals are for the thread that runs the machine. */
static bool start_thread(void)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&display.thread, NULL, live_in_window, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error == 0;
}

const struct screen_live *display_input(bool is_live)
{
	static const struct screen_live live = { .get = get_input };

	display.is_live = is_live;
	return &live;
}

struct status display_open(struct machine *machine, const char *title)
{
	struct status status = check_display();

	if (status.code == STATUS_OK)
		status = load_sdl();
	if (status.code != STATUS_OK)
		return status;
	ENT_BUG_ON(!machine_screen(machine, &display.view));
	snprintf(display.title, sizeof(display.title), "%s",
		title != NULL ? path_name(title) : "flash");
	display.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (display.wake < 0 || sem_init(&display.opened, 0, 0) != 0)
		return status_error(STATUS_HOST, "--display sdl: the host has no descriptors");
	display.machine = machine;
	if (!start_thread()) {
		display.machine = NULL;
		return status_error(STATUS_HOST, "--display sdl: the host has no thread for it");
	}
	while (sem_wait(&display.opened) != 0)
		continue;
	terminal_watch(display.wake);
	return display.status;
}

void display_close(void)
{
	if (display.machine == NULL)
		return;
	display.ends = true;
	pthread_join(display.thread, NULL);
	close(display.wake);
	display.machine = NULL;
}
