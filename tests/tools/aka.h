/*
 * Running the program aka as its users run it, for tests.  The environment's
 * AKA is the program.
 */
#ifndef AKA_H
#define AKA_H

#include <check.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGS_MAX = 32 };

struct run {
	int code;
	char out[8192], err[4096];
};

static inline void
get_all(char *to, size_t cap, FILE *from)
{
	rewind(from);
	size_t len = fread(to, 1, cap - 1, from);
	to[len] = '\0';
	fclose(from);
}

/* Runs the program; args end in NULL, input may be NULL. */
static inline struct run
run_args(const char *input, size_t len, const char *const *args)
{
	struct run r;
	int status;
	FILE *in = tmpfile(), *out = tmpfile(), *err = tmpfile();
	ck_assert(in != NULL && out != NULL && err != NULL);
	if (len > 0)
		ck_assert_uint_eq(fwrite(input, 1, len, in), len);
	rewind(in);
	const char *program = getenv("AKA");
	ck_assert_msg(program != NULL, "AKA is not set");
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		dup2(fileno(in), 0);
		dup2(fileno(out), 1);
		dup2(fileno(err), 2);
		execv(program, (char *const *)(uintptr_t)args);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status), "aka died of a signal");
	r.code = WEXITSTATUS(status);
	fclose(in);
	get_all(r.out, sizeof(r.out), out);
	get_all(r.err, sizeof(r.err), err);
	return r;
}

/* Arguments separated by blanks, as many as there are. */
static inline struct run
run_line(const char *input, const char *line)
{
	static char buf[4096];
	const char *args[ARGS_MAX];
	size_t n = 0;
	snprintf(buf, sizeof(buf), "%s", line);
	for (char *p = strtok(buf, " "); p != NULL; p = strtok(NULL, " ")) {
		ck_assert_uint_lt(n, ARGS_MAX - 1);
		args[n++] = p;
	}
	args[n] = NULL;
	return run_args(input, input != NULL ? strlen(input) : 0, args);
}

static inline struct run run(const char *input, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static inline struct run
run(const char *input, const char *fmt, ...)
{
	char line[2048];
	va_list ap;
	va_start(ap, fmt);
	int len = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	ck_assert_int_lt(len, (int)sizeof(line));
	return run_line(input, line);
}

/* Exit 0, exactly this output, not a word on stderr. */
static inline void
ck_prints(const struct run *r, const char *want)
{
	ck_assert_str_eq(r->err, "");
	ck_assert_int_eq(r->code, 0);
	ck_assert_str_eq(r->out, want);
}

/* That exit, no output, a reason with these words. */
static inline void
ck_refuses(const struct run *r, int code, const char *words)
{
	ck_assert_int_eq(r->code, code);
	ck_assert_str_eq(r->out, "");
	ck_assert_msg(strstr(r->err, words) != NULL, "\"%s\" is not in \"%s\"",
	    words, r->err);
}

/* Set 1 of TS 35.208 with the first challenge of a registration. */
#define K1 "465b5ce8b199b49faa5f0a2ee238a6bc"
#define OP1 "cdc202d5123e20f62b6d676ac72cb318"
#define OPC1 "cd63cb71954a9f4e48a5994e37a02baf"
#define RAND1 "23553cbe9637a89d218ae64dae47bf35"
#define AUTN1 "aa689c64835100009f897ef2e7a4c5f8"
#define NONCE1 "I1U8vpY3qJ0hiuZNrke/NaponGSDUQAAn4l+8uekxfg="
#define KEY1 "-k " K1 " -o " OP1 " "
#define USER                                                    \
	"-u 001010000000001@ims.mnc001.mcc001.3gppnetwork.org " \
	"-d ims.mnc001.mcc001.3gppnetwork.org "

#endif
