/* Has the n-th file operation below a folder fail, or the process die there.
 *
 * Preloaded (LD_PRELOAD) into a process of the tests, so that it reaches what Python, SQLite,
 * DuckDB, Arrow and deltalake do alike. `faults_arm` begins to count; an operation that writes has
 * half of its bytes on the disk before it fails, as on a disk that becomes full.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SPACE = 1, OTHER = 2 }; /* what needs room on the disk, and what does not */

static atomic_int armed, count;
static int first, code, kinds, lasts;
static char folder[4096];
static size_t length;

/* `at` is the operation that fails, 0 none; `with` its errno, -1 to die; `most` the kinds that are
 * counted; `on` is whether all later ones fail as well. */
void faults_arm(const char *below, int at, int with, int most, int on) {
    length = (size_t)snprintf(folder, sizeof folder, "%s", below);
    first = at, code = with, kinds = most, lasts = on;
    atomic_store(&count, 0);
    atomic_store(&armed, 1);
}

int faults_disarm(void) {
    atomic_store(&armed, 0);
    return atomic_load(&count);
}

static int is_below(const char *path) { return !strncmp(path, folder, length); }

static int of_handle(int handle) {
    char link[64], found[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    long size = syscall(SYS_readlink, link, found, sizeof found - 1);
    if (size <= 0) return 0;
    found[size] = 0;
    return is_below(found);
}

static int of_path(int at, const char *path) {
    return path[0] == '/' ? is_below(path) : at != AT_FDCWD && of_handle(at);
}

/* Whether this operation fails. */
static int fails(int kind) {
    if (!(kind & kinds)) return 0;
    int number = atomic_fetch_add(&count, 1) + 1;
    return first && (number == first || (lasts && number > first));
}

static int failed(void) {
    if (code < 0) kill(getpid(), SIGKILL);
    errno = code;
    return -1;
}

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, name)
#define HANDLE(kind, handle) (atomic_load(&armed) && of_handle(handle) && fails(kind))
#define PATH(kind, at, path) (atomic_load(&armed) && of_path(at, path) && fails(kind))

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, #name, const char *, int, ...); \
        va_list more; \
        va_start(more, flags); \
        int mode = va_arg(more, int); \
        va_end(more); \
        if (PATH(flags & (O_CREAT | O_TRUNC) ? SPACE : OTHER, AT_FDCWD, path)) return failed(); \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        REAL(int, #name, int, const char *, int, ...); \
        va_list more; \
        va_start(more, flags); \
        int mode = va_arg(more, int); \
        va_end(more); \
        if (PATH(flags & (O_CREAT | O_TRUNC) ? SPACE : OTHER, at, path)) return failed(); \
        return real(at, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int handle, const void *from, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (HANDLE(SPACE, handle)) {
        real(handle, from, size / 2);
        return failed();
    }
    return real(handle, from, size);
}

#define PWRITE(name) \
    ssize_t name(int handle, const void *from, size_t size, off_t place) { \
        REAL(ssize_t, #name, int, const void *, size_t, off_t); \
        if (HANDLE(SPACE, handle)) { \
            real(handle, from, size / 2, place); \
            return failed(); \
        } \
        return real(handle, from, size, place); \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t writev(int handle, const struct iovec *parts, int number) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    return HANDLE(SPACE, handle) ? failed() : real(handle, parts, number);
}

ssize_t read(int handle, void *into, size_t size) {
    REAL(ssize_t, "read", int, void *, size_t);
    return HANDLE(OTHER, handle) ? failed() : real(handle, into, size);
}

#define PREAD(name) \
    ssize_t name(int handle, void *into, size_t size, off_t place) { \
        REAL(ssize_t, #name, int, void *, size_t, off_t); \
        return HANDLE(OTHER, handle) ? failed() : real(handle, into, size, place); \
    }
PREAD(pread)
PREAD(pread64)

#define ON_HANDLE(name) \
    int name(int handle) { \
        REAL(int, #name, int); \
        return HANDLE(SPACE, handle) ? failed() : real(handle); \
    }
ON_HANDLE(fsync)
ON_HANDLE(fdatasync)

#define TRUNCATE(name) \
    int name(int handle, off_t size) { \
        REAL(int, #name, int, off_t); \
        return HANDLE(SPACE, handle) ? failed() : real(handle, size); \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

/* These return the error instead of setting it. */
#define ALLOCATE(name) \
    int name(int handle, off_t from, off_t size) { \
        REAL(int, #name, int, off_t, off_t); \
        return HANDLE(SPACE, handle) ? (failed(), code) : real(handle, from, size); \
    }
ALLOCATE(posix_fallocate)
ALLOCATE(posix_fallocate64)

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return PATH(SPACE, AT_FDCWD, to) ? failed() : real(from, to);
}

int renameat(int before, const char *from, int after, const char *to) {
    REAL(int, "renameat", int, const char *, int, const char *);
    return PATH(SPACE, after, to) ? failed() : real(before, from, after, to);
}

int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *);
    return PATH(SPACE, AT_FDCWD, to) ? failed() : real(from, to);
}

int linkat(int before, const char *from, int after, const char *to, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    return PATH(SPACE, after, to) ? failed() : real(before, from, after, to, flags);
}

int mkdir(const char *path, unsigned mode) {
    REAL(int, "mkdir", const char *, unsigned);
    return PATH(SPACE, AT_FDCWD, path) ? failed() : real(path, mode);
}

#define REMOVE(name) \
    int name(const char *path) { \
        REAL(int, #name, const char *); \
        return PATH(OTHER, AT_FDCWD, path) ? failed() : real(path); \
    }
REMOVE(unlink)
REMOVE(rmdir)

int unlinkat(int at, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    return PATH(OTHER, at, path) ? failed() : real(at, path, flags);
}
