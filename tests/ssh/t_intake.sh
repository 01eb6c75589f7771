#!/bin/sh
#
# A child's way from the village to the county's archive, as the people go it: over ssh with a password, in Chinese, on
# screens of 24 by 80, on a line that is cut half-way. And whom it does not concern finds no trace of it.

. "$SRCDIR/tests/tap.sh"
. "$SRCDIR/tests/ssh/sshd.sh"
. "$SRCDIR/tests/terminal.sh"
. "$SRCDIR/tests/ssh/county.sh"

township=990121100000 village=990121100201 elsewhere=990121101000
born=$(($(date +%Y) - 8))

citizen_number()	# seventeen digits: the same with the check digit of ISO 7064 MOD 11-2
{
	echo "$1" | awk '{
		split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", weight, " ")
		for (i = 1; i <= 17; i++)
			sum += substr($0, i, 1) * weight[i]
		print $0 substr("10X98765432", sum % 11 + 1, 1)
	}'
}

step()			# as check; what comes after stands on it
{
	check "$@"
	[ "$tap_failed" -eq 0 ] || finish
}

people()
{
	county_person director 王芳 director "$village" &&
	county_person supervisor 李桂兰 supervisor "$township" &&
	county_person other 赵国强 supervisor "$elsewhere" &&
	county_person officer 陈静 officer 990121000000 &&
	county_person auditor 周敏 auditor
}

step "a county is made" county_make
step "with people" people
step "the daemon starts" county_start

step "the director logs in" county_in director
step "and has a menu" term director sees 登记孩子
term director type ".dj"
step "the form begins" term director sees 基本信息
step "the first page is filled in" fill director <<END
姓名|王小燕
曾用名|
公民身份号码|$(citizen_number "990121${born}0506002")
出生日期|
性别|
民族|汉
儿童类别|农村留守<Space>
现居住村|
所属家庭|
END
term director type 石桥村三组老
term director sees 石桥村三组老
step "the line is cut in the middle of a word" term director kill
term director ends 137
step "nothing of the director runs on" county_left director

step "the director logs in again" county_in director
step "and is shown what was not finished" term director sees 王小燕
term director type "<Enter>"
step "and stands in the same field, with what was typed in it" term director stands 石桥村三组老
step "the other pages are filled in" fill director <<END
石桥村三组老|槐树12号
是否登记户口|1
户籍地即现住址|y
身体状况|1
就学情况|小学
学校名称|石桥村小学
年级班级|二年级
是否学校寄宿|n
父母外出情况|双方
有无委托监护人|y
人员档案|
姓名|王德福
与儿童关系|祖父
公民身份号码|
联系电话|19900001234
居住地址|同住
监护类型|一般
人员档案|
目前状况|正常
姓名|王建国
公民身份号码|
出生日期|
联系电话|19900005678
务工省份|广东
务工城市|东莞
人员档案|
目前状况|正常
姓名|刘桂英
公民身份号码|
出生日期|
联系电话|19900008765
务工省份|广东
务工城市|深圳
状况|1
姓名|王德福
出生日期|
状况|2
状况|2
状况|2
家庭经济来源|打工<Space>
救助帮扶情况|
填表人|王芳
复核人|李桂兰
单位负责人|赵国强
填报单位|石桥村村民委员会
填报日期|
END
step "remarks come last" term director stands 备注
term director type "班主任说成绩好<Tab>"
step "then the review, which misses nothing" term director sees 填写完整
term director type 1
step "submitting asks first" term director sees 待核实
term director type y
step "and is done" term director sees "已办：提交乡镇，现在「待核实」"
term director type "<Esc>0"

step "the supervisor logs in" county_in supervisor
step "and sees that one child waits" term supervisor sees 待我核实
term supervisor type ".hs"
step "which is this one" term supervisor sees 王小燕
term supervisor type "<Enter>"
step "the file opens" term supervisor sees 槐树12号
term supervisor type "<Enter>"
step "whole" term supervisor sees 曾用名
step "down to the carer's telephone, which is masked" term supervisor seeks '199****1234'
term supervisor type r
step "where a remark is asked for" term supervisor sees 联系电话
term supervisor type "电话打不通，请核对后重填<Enter>"
step "and stays in sight" term supervisor sees 请核对后重填
term supervisor type 2
step "returning asks first" term supervisor sees 已退回
term supervisor type y
step "and is done" term supervisor sees "已办：退回修改，现在「已退回」"

step "the director logs in" county_in director
term director type ".bq"
step "and finds it returned" term director sees 已退回
term director type "<Enter>"
step "opens it" term director sees 槐树12号
term director type "<Enter>"
step "whole" term director sees 曾用名
step "goes down to the telephone" term director seeks '199****1234'
step "and reads there what is to be put right" term director sees 请核对后重填
term director type e
step "changes it where she stands" term director stands 19900001234
step "which is marked in the form, too" term director sees 请核对后重填
term director type "<BS><BS><BS><BS>5678"
term director sees 19900005678
term director type "<C-o>"
step "saves" term director sees 已保存
term director type 1
step "and submits again" term director sees 确定吗
term director type y
step "as the state says" term director sees "已办：提交乡镇，现在「待核实」"

step "the supervisor sees the new number" term supervisor type "<Esc><Esc><C-r>"
term supervisor sees 年龄
term supervisor type "<Enter>"
term supervisor sees 回车 全文
term supervisor type "<Enter>"
term supervisor sees 曾用名
step "in the file" term supervisor seeks '199****5678'
term supervisor type 1
step "verifies" term supervisor sees 确定吗
term supervisor type y
step "as the state says" term supervisor sees "现在「待建档」"

step "the officer logs in" county_in officer
term officer type ".jd"
step "and finds one child to archive" term officer sees 王小燕
term officer type "<Enter>"
step "opens the file" term officer sees 编号
term officer type 1
step "archives it" term officer sees 确定吗
term officer type y
step "as the state says" term officer sees "现在「在册」"

# ---- the trail ----

trail_has()		# act person: an entry in which that person did it to this child
{
	eval "_user=\$$2"
	county_asks auditor '{"op":"trail","limit":100}' | sed 's/{"act"/\n&/g' >"$TMPDIR/trail"
	grep "^{\"act\":\"$1\"" "$TMPDIR/trail" | grep "\"number\":\"$number\"" | grep "\"user\":\"$_user\"" ||
	    { cat "$TMPDIR/trail"; return 1; }
}

number=$(county_asks officer '{"op":"list","book":"child","list":"all"}' | sed 's/.*"number":"\([0-9X]*\)".*/\1/')
id=$(county_asks officer '{"op":"list","book":"child","list":"all"}' | sed 's/.*"id":\([0-9]*\).*/\1/')
step "the auditor logs in" county_in auditor
term auditor type ".sj"
for did in 提交乡镇 退回修改 核实通过 归档建册; do
	step "and sees in the trail: $did" term auditor sees $did
done
for did in "submit director" "return supervisor" "save director" "verify supervisor" \
    "archive officer" "read officer"; do
	check "the trail has who did it: $did" trail_has $did
done
check_not "and not what was not done" trail_has verify director

# ---- those whom it does not concern ----

says()			# words person request: the reply has them
{
	county_asks "$2" "$3" >"$TMPDIR/reply"
	grep "$1" "$TMPDIR/reply" || { cat "$TMPDIR/reply"; return 1; }
}

finds()			# person: by name, on the screen
{
	term "$1" type ".cz"
	term "$1" sees 查找：儿童档案 && term "$1" type "王小燕"
}

step "the other township's supervisor logs in" county_in other
term other type ".qb"
step "the list of all files" term other sees 全部档案
check "is empty" term other sees 目前没有
term other type "<Esc>"
finds other
check "his find has nobody" term other sees 没有相符的
check "and shows nothing of her" term other lacks 石桥村
finds supervisor
check "though the right one's does" term supervisor sees 石桥村

tried='"book":"child"'
check "the right supervisor has the file by its number" says '"name":"王小燕"' supervisor "{\"op\":\"get\",$tried,\"id\":$id}"
check "the other does not" says '"error":"missing"' other "{\"op\":\"get\",$tried,\"id\":$id}"
check "nor its history" says '"error":"missing"' other "{\"op\":\"history\",$tried,\"id\":$id}"
check "nor its trail" says '"error":"denied"' other "{\"op\":\"trail\",\"record\":$id}"
check "the right one finds her" says '"name":"王小燕"' supervisor "{\"op\":\"find\",$tried,\"text\":\"王小燕\"}"
check "the other does not" says '"rows":\[\]' other "{\"op\":\"find\",$tried,\"text\":\"王小燕\"}"
check "nor by the telephone" says '"rows":\[\]' other "{\"op\":\"find\",$tried,\"text\":\"19900005678\"}"
check "the right one's list has her" says '"name":"王小燕"' supervisor "{\"op\":\"list\",$tried,\"list\":\"all\"}"
check "the other's does not" says '"rows":\[\]' other "{\"op\":\"list\",$tried,\"list\":\"all\"}"
check "the right one counts her" says '"count":1' supervisor "{\"op\":\"count\",$tried,\"list\":\"all\"}"
check "the other does not" says '"count":0' other "{\"op\":\"count\",$tried,\"list\":\"all\"}"
ver=$(county_asks officer "{\"op\":\"get\",$tried,\"id\":$id}" | sed 's/.*"ver":\([0-9]*\).*/\1/')
check "the other cannot save it" says '"error":"missing"' other \
	"{\"op\":\"save\",$tried,\"id\":$id,\"ver\":$ver,\"set\":{\"school\":\"X\"}}"
check "nor act on it" says '"error":"missing"' other "{\"op\":\"act\",$tried,\"id\":$id,\"ver\":$ver,\"act\":\"verify\"}"
check "a record that never was is told in the same words" says '"error":"missing"' other "{\"op\":\"get\",$tried,\"id\":999999}"
check "the right one may save it" says '"ok":true' supervisor \
	"{\"op\":\"save\",$tried,\"id\":$id,\"ver\":$ver,\"set\":{\"school\":\"石桥小学\"}}"

check "the daemon stops" county_stop
check "and all that was computed agrees with what is stored" county_admin verify
finish
