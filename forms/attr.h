#ifndef FORMS_ATTR_H
#define FORMS_ATTR_H

/*
 * Behind the declaration of a function whose result tells an error, or is memory or a resource that
 * becomes the caller's: the compiler warns where the result is dropped. A cast to void does not
 * silence it.
 */
#define MUST_USE	__attribute__((warn_unused_result))

#endif
