/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where ReactOS drivers want their code and data: nothing is paged out here.
 */
#ifndef VIDEOPORT_REACTOS_SECTION_ATTRIBS_H
#define VIDEOPORT_REACTOS_SECTION_ATTRIBS_H

#define CODE_SEG(section)
#define DATA_SEG(section)
#define INIT_FUNCTION
#define INIT_SECTION

#endif /* VIDEOPORT_REACTOS_SECTION_ATTRIBS_H */
