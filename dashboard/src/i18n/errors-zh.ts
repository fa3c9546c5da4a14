import type { ErrorWords } from './errors-en.ts';

export const errorsZh: ErrorWords = {
  not_json: { meaning: '报文不是 UTF-8 编码的 JSON。', remedy: '每条报文发送一个 JSON 对象。' },
  wrong_version: { meaning: '字段 v 不是 1。', remedy: '发送 "v": 1。' },
  bad_shape: { meaning: '报文缺少必填字段或字段类型不符。', remedy: '对照该主题的 JSON Schema 检查报文。' },
  too_many_samples: { meaning: '一批超过 500 个样本。', remedy: '减小每批样本数。' },
  message_too_large: { meaning: '报文超过 64 KiB。', remedy: '减少每条报文中的样本数。' },
  packet_too_large: {
    meaning: '数据包超过 256 KiB（登录前为 4 KiB），连接已断开。',
    remedy: '每条遥测报文保持在 64 KiB 以内。',
  },
  wrong_station: {
    meaning: '主题属于另一座换热站。',
    remedy: '在 heat/v1/{本站编号}/ 下发布，或将该站授权给网关。',
  },
  unknown_station: { meaning: '没有登记这座换热站。', remedy: '请先登记换热站。' },
  no_time: { meaning: '样本没有可用的测量时间。', remedy: '发送 "at"，为 1970 年（UTC）以来的整数毫秒。' },
  unpaired_seq: { meaning: 'boot 与 seq 未同时给出。', remedy: '两者都发送；不需要回执时都不发送。' },
  seq_not_ascending: { meaning: '同一批中 seq 不是递增的。', remedy: '按 seq 对样本排序。' },
  unknown_point: { meaning: '测点不在测点表中，已另行保存。', remedy: '对照 docs/points.md 检查拼写。' },
  out_of_range: { meaning: '数值超出范围。', remedy: '请在给出的限值范围内选择。' },
  not_a_number: {
    meaning: '数值类型与测点不符。',
    remedy: '发送数字、该测点的状态词，传感器故障时发送 null。',
  },
  sensor_failed: { meaning: '换热站报告传感器故障。', remedy: '检查传感器。' },
  doubted_by_station: { meaning: '换热站自身认为该值可疑。', remedy: '到换热站查找原因。' },
  time_conflict: {
    meaning: '同一测点同一时间收到不同数值，以后到者为准。',
    remedy: '每次测量应有各自的时间。',
  },
  late: { meaning: '样本到达过晚，又未标记为历史数据。', remedy: '检查站端时钟和通信链路。' },
  clock_ahead: { meaning: '测量时间在未来。', remedy: '校准站端时钟（NTP）。' },
  seq_gap: { meaning: '两个序号之间缺少样本。', remedy: '换热站从最早的样本重发，或给出 "oldest"。' },
  too_often: { meaning: '同一回路的设定过于频繁。', remedy: '请等待十秒。' },
  stale: { meaning: '指令在有效期结束后才到达。', remedy: '检查通信链路。' },
  replayed: { meaning: '指令早于已执行的指令。', remedy: '无需处理。' },
  wrong_epoch: {
    meaning: '换热站听从的纪元比本中心的更新。',
    remedy: '确认本中心是正确的中心，之后以更高的纪元继续。',
  },
  not_selected: { meaning: '操作之前没有预选。', remedy: '先预选，30 秒内再操作。' },
  local_mode: { meaning: '换热站处于就地或手动状态，不接受指令。', remedy: '将换热站切换到远程。' },
  interlock: { meaning: '站端保护联锁禁止该操作。', remedy: '先到换热站查看。' },
  not_accepted: { meaning: '该回路不接受这类设定值。', remedy: '使用换热站声明可接受的设定值。' },
  observe_only: {
    meaning: '该换热站仅监视，不下发任何指令。',
    remedy: '为每个回路设置类型和限值，再将控制设为 "on"。',
  },
  limits_missing: {
    meaning: '控制设为 "on" 时每个回路都要有类型和限值。',
    remedy: '为每个回路补充类型、设计参数和限值。',
  },
  invalid_request: { meaning: '请求格式不正确。', remedy: '参见 /api/openapi.json。' },
  not_authenticated: {
    meaning: '尚未登录。',
    remedy: '请登录，或打开 `pnpm heat link` 给出的链接，或发送 Bearer 令牌。',
  },
  wrong_credentials: {
    meaning: '用户名或密码错误，或账号已停用。',
    remedy: '请核对两者；管理员可以重设密码。',
  },
  weak_password: {
    meaning: '密码过于容易被猜到。',
    remedy: '至少十二个字符，最好用几个词连成一句话；不要包含用户名。',
  },
  own_account: { meaning: '不能取消自己的权限或账号。', remedy: '请由另一位管理员操作。' },
  not_permitted: { meaning: '当前用户无权进行此操作。', remedy: '请向管理员申请权限。' },
  wrong_origin: {
    meaning: '请求来自其他网站的页面，或使用了其他主机名。',
    remedy: '请用中心给出的地址打开界面。',
  },
  not_found: { meaning: '没有该对象。', remedy: '请检查编号。' },
  already_exists: { meaning: '编号已被占用。', remedy: '换一个编号，或修改已有的对象。' },
  length_required: {
    meaning: '未登录者发送请求正文前须说明其长度。',
    remedy: '请一次发送全部正文，并给出 Content-Length。',
  },
  too_large: { meaning: '请求过大。', remedy: '减少一次请求的内容。' },
  proposal_changed: { meaning: '建议曲线已更新，或已不存在。', remedy: '请查看当前的建议曲线。' },
  settings_changed: { meaning: '设置刚被他人修改。', remedy: '请查看现有设置，确认后重新提交。' },
  no_conflict: { meaning: '没有换热站听从更新的纪元。', remedy: '无需确认。' },
  not_ready: { meaning: '中心正在启动，或无法写入磁盘。', remedy: '请重试；原因见 /health/ready。' },
  internal: { meaning: '中心内部出错。', remedy: '请连同日志中的请求编号一并上报。' },
  port_in_use: {
    meaning: '指定的端口已被占用。',
    remedy: '停止占用端口的程序，或改用其他端口；0 表示任意端口。',
  },
  data_dir_locked: {
    meaning: '另一个中心正在使用该数据目录。',
    remedy: '用 `pnpm heat stop` 停止它，或另选 HEAT_CENTER_DATA_DIR。',
  },
  too_many_attempts: {
    meaning: '该账号或该地址登录失败次数过多。',
    remedy: '请按 Retry-After 等待，再使用正确的密码、令牌或新的链接。',
  },
  busy: { meaning: '中心同时要处理的请求过多。', remedy: '请一秒后再试。' },
  not_running: {
    meaning: '该数据目录上没有运行中的中心。',
    remedy: '用 `pnpm start` 启动，或将 HEAT_CENTER_DATA_DIR 指向运行中的中心的目录。',
  },
  registry_damaged: {
    meaning: '登记库文件无法读取；未作任何更改或删除。',
    remedy: '停止中心，保留该文件的副本，再恢复 registry.sqlite 的备份。',
  },
  audit_damaged: {
    meaning: '审计日志与写入时不一致。',
    remedy: '保留 audit 文件夹的副本，查明谁能修改它，并与备份比较；中心继续运行。',
  },
  journal_damaged: {
    meaning: '日志有一处无法读取；未更改或删除任何内容。',
    remedy: '保留数据文件夹的副本。将备份恢复到另一个文件夹，或移走所指的文件，在缺少其记录的情况下继续。',
  },
  history_damaged: {
    meaning: '历史文件无法打开；控制继续运行，未更改或删除任何内容。',
    remedy:
      '停止中心并保留文件副本。放回备份中的 history.duckdb，或将其移走以新建；日志中仍有的内容会自动写回。',
  },
  data_newer: {
    meaning: '数据由更新版本的供热中心写入；未更改或删除任何内容。',
    remedy: '启动较新的版本，或将升级前的备份恢复到另一个文件夹。',
  },
  backup_damaged: {
    meaning: '备份不完整，或与写入时不一致。',
    remedy: '重新做一次备份；运行中的中心不受影响。',
  },
  restore_unfinished: {
    meaning: '向该数据文件夹的恢复被中断。',
    remedy: '加 --move-aside 重新恢复。文件夹 restoring-… 中的内容是备份的副本，可以移走。',
  },
  folder_not_empty: {
    meaning: '该文件夹已存有一个中心的数据；未作任何更改。',
    remedy: '用 --to 恢复到另一个文件夹，或加 --move-aside 将现有数据移到旁边保留。',
  },
  bad_environment: { meaning: '环境变量的值不可用。', remedy: '参见 docs/environment.md。' },
};
