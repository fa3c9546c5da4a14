import type { operateEn } from './operate-en.ts';
import type { Same } from './same.ts';

/** 停运、关阀操作与中心自身故障的中文用语。 */
export const operateZh: Same<typeof operateEn> = {
  operate: {
    equipment: '{{circuit}} 的水泵与阀门',
    pump: '循环泵 {{name}}',
    valve: '电动调节阀',
    verb: { stop: '停泵', close: '关阀' },
    again: { stop: '恢复运行', close: '恢复开启' },
    held: { stop: '由 {{by}} 停运至 {{time}}', close: '由 {{by}} 关闭至 {{time}}' },
    title: { stop: '停运 {{circuit}} 的{{what}}', close: '关闭 {{circuit}} 的{{what}}' },
    wished: { stop: '停止', close: '关闭' },
    hold: '持续',
    holds: { min15: '15 分钟', h1: '1 小时', h4: '4 小时' },
    noHeatPump: '没有其他泵在运行：恢复运行之前，{{circuit}}{{area}} 的用户没有供热。',
    noHeatValve: '恢复开启之前，{{circuit}}{{area}} 的用户没有供热。',
    others: '循环泵 {{others}} 继续运行，用户供热不中断；单泵能力不足时流量会减小。',
    until: '到 {{time}} 自动结束；防冻保护会提前结束。',
    after: '之后由站端控制自行决定。',
    select: '预选{{what}}',
    selecting: '正在等待换热站',
    selected: '已预选，换热站还将等待操作 {{s}} 秒。',
    lapsed: '预选已超时，未执行操作，请重新预选。',
    button: { stop: '停运{{what}}，持续 {{hold}}', close: '关闭{{what}}，持续 {{hold}}' },
  },
  trouble: {
    journal_unwritable:
      '自 {{time}} 起中心无法写入磁盘，不再确认任何数据，样本暂存在各站。请清理磁盘空间。（{{detail}}）',
    disk_low: '中心磁盘即将写满，剩余 {{free}}。请清理或扩容。',
    disk_hours: '照此速度，{{time}}后将不再确认数据。',
    clock_off:
      '中心主机时钟于 {{time}} 发生跳变，{{side}} {{off}}。中心按自身时间继续运行，数据不丢失。请校准主机时钟；若主机时钟正确，请重启中心。',
    ahead: '超前',
    behind: '滞后',
    broker_away: '自 {{time}} 起无法连接外部消息服务器，样本暂存在各站。请检查该服务器。（{{detail}}）',
    history_stopped:
      '自 {{time}} 起历史库停止写入，已滞后 {{age}}。数据未丢失，暂存在中心日志中。（{{detail}}）',
    history_behind: '历史库正在补写，滞后 {{age}}。实时值正常。',
    history_set_aside: '自 {{time}} 起 InfluxDB 拒收 {{lines}} 行，已连同原因另存于内置历史库旁。',
    source_short: '自 {{time}} 起热源不足：热量按比例分配，普通站不超过其设计热负荷的 {{share}}。',
    source_over: '自 {{time}} 起热源不足，且无法保持限值：各站已达下限或不受控。',
    source_recovering: '热源限值已于 {{time}} 解除，正在分步恢复供热。',
    source_suspected: '自 {{time}} 起热源疑似不足，但尚未设置限值。请检查热源，并设置其可供热量。',
    planner_stopped:
      '自 {{time}} 起无法生成削峰计划，原计划将在 3 小时内逐渐退出，控制照常进行。（{{detail}}）',
  },
  lost: {
    samples_one: '站端丢失 {{count}} 个样本（{{time}} 上报）：站端存储已满。',
    samples_other: '站端丢失 {{count}} 个样本（{{time}} 上报）：站端存储已满。',
  },
};
