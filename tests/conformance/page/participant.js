// One participant: the official client, unmodified, with everything it says reported to the test.
//
// `report(text)` is put into the page by the test; each call carries one JSON object:
//   {kind: 'signal', set: 'infinity' | 'call', name, data}
//   {kind: 'log', level, text}          of the client's own loggers, from `warn` up
//   {kind: 'fault', text}               an exception nobody caught
import * as infinity from '@pexip/infinity';
import * as api from '@pexip/infinity-api';
import {setLogger as setPeerLogger} from '@pexip/peer-connection';
import {setLogger as setSignalLogger} from '@pexip/signal';

const PICTURE = {width: 32, height: 18};

function plain(value) {
    // What can travel as JSON; media objects are described.
    return JSON.parse(
        JSON.stringify(value ?? null, (_, inner) => {
            if (inner instanceof MediaStream) {
                return {tracks: inner.getTracks().map(({kind, id}) => ({kind, id}))};
            }
            if (inner instanceof Error) {
                return {name: inner.name, message: inner.message, cause: inner.cause};
            }
            if (inner instanceof RTCIceCandidate) {
                return inner.toJSON();
            }
            return inner;
        }),
    );
}

function tell(kind, rest) {
    window.report(JSON.stringify({kind, ...rest}));
}

function describe(part) {
    if (part instanceof Error) {
        return part.stack ?? String(part);
    }
    if (typeof part === 'object' && part !== null) {
        const inner = Object.entries(part).map(([key, value]) => `${key}: ${describe(value)}`);
        return inner.length > 8 ? `{${inner.slice(0, 8).join(', ')}, ...}` : `{${inner.join(', ')}}`;
    }
    return String(part);
}

function logger() {
    const say = level => (...parts) => tell('log', {level, text: parts.map(describe).join(' ').slice(0, 2000)});
    const quiet = () => undefined;
    return {
        trace: quiet,
        debug: quiet,
        info: quiet,
        warn: say('warn'),
        error: say('error'),
        fatal: say('fatal'),
        silent: quiet,
        redact: text => text,
        addRedactPattern: quiet,
    };
}

window.addEventListener('error', event => tell('fault', {text: describe(event.error ?? event.message)}));
window.addEventListener('unhandledrejection', event => tell('fault', {text: describe(event.reason)}));
for (const setLogger of [infinity.setLogger, setPeerLogger, setSignalLogger]) {
    setLogger(logger());
}

let server = '';
let token = '';
const signals = infinity.createInfinityClientSignals([], {batchScheduleTimeoutMS: 20, batchBufferSize: 10});
const callSignals = infinity.createCallSignals([]);
const client = infinity.createInfinityClient(signals, callSignals);

for (const [set, collection] of [['infinity', signals], ['call', callSignals]]) {
    for (const [name, signal] of Object.entries(collection)) {
        signal.add(data => tell('signal', {set, name, data: plain(data)}));
    }
}

signals.onAuthenticatedWithConference.add(data => (token = data.token));
signals.onTokenRefreshed.add(data => (token = data.token));

// Remote media: played, looked at and listened to.

const screens = {main: makeScreen(), presentation: makeScreen()};
callSignals.onRemoteStream.add(stream => screens.main.show(stream));
callSignals.onRemotePresentationStream.add(stream => screens.presentation.show(stream));

function makeScreen() {
    const video = document.createElement('video');
    video.muted = true;
    video.autoplay = true;
    video.playsInline = true;
    document.body.append(video);
    const canvas = document.createElement('canvas');
    Object.assign(canvas, PICTURE);
    const drawing = canvas.getContext('2d', {willReadFrequently: true});
    let analyser;
    return {
        show(stream) {
            video.srcObject = stream;
            void video.play().catch(() => undefined);
            if (stream.getAudioTracks().length > 0) {
                const context = new AudioContext();
                analyser = context.createAnalyser();
                analyser.fftSize = 4096;
                context.createMediaStreamSource(stream).connect(analyser);
            }
        },
        look() {
            // Red, green and blue of every pixel of a small copy; null before the first picture.
            if (!video.videoWidth) {
                return null;
            }
            drawing.drawImage(video, 0, 0, PICTURE.width, PICTURE.height);
            const {data} = drawing.getImageData(0, 0, PICTURE.width, PICTURE.height);
            const pixels = [];
            for (let at = 0; at < data.length; at += 4) {
                pixels.push([data[at], data[at + 1], data[at + 2]]);
            }
            return {width: video.videoWidth, height: video.videoHeight, pixels};
        },
        listen() {
            // Loudness (root mean square, 1 = full scale) and the loudest frequency; null without sound.
            if (!analyser) {
                return null;
            }
            const samples = new Float32Array(analyser.fftSize);
            analyser.getFloatTimeDomainData(samples);
            const spectrum = new Float32Array(analyser.frequencyBinCount);
            analyser.getFloatFrequencyData(spectrum);
            const peak = spectrum.indexOf(Math.max(...spectrum));
            return {
                level: Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length),
                hertz: (peak * analyser.context.sampleRate) / analyser.fftSize,
            };
        },
    };
}

let camera;

async function fakeCamera() {
    camera ??= await navigator.mediaDevices.getUserMedia({
        audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false},
        video: {width: 320, height: 180, frameRate: 10},
    });
    return camera;
}

// Slides: one colour that changes its shade, as a capture of a screen would.
function slides(colour) {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 180;
    const drawing = canvas.getContext('2d');
    let number = 0;
    const draw = () => {
        drawing.fillStyle = colour;
        drawing.fillRect(0, 0, canvas.width, canvas.height);
        drawing.fillStyle = 'white';
        drawing.fillRect((number++ * 10) % canvas.width, 150, 10, 20);
    };
    draw();
    setInterval(draw, 200);
    return canvas.captureStream(5);
}

function withMedia(options) {
    // A test names media; only the page can make it.
    const {media, ...rest} = options ?? {};
    return media ? fakeCamera().then(mediaStream => ({...rest, mediaStream})) : rest;
}

window.participant = {
    methods: () => Object.keys(client).filter(name => typeof client[name] === 'function').sort(),
    properties: () => Object.keys(client).filter(name => typeof client[name] !== 'function').sort(),
    signalNames: () => ({infinity: Object.keys(signals).sort(), call: Object.keys(callSignals).sort()}),
    codes: infinity.ClientCallType,
    property: name => plain(client[name]),
    // How a method of the client ended: {value} or {thrown}.
    async run(method, ...given) {
        const rest = await Promise.all(
            given.map(async value => {
                if (value?.slides) {
                    return slides(value.slides);
                }
                if (value === 'camera') {
                    return fakeCamera();
                }
                return value && typeof value === 'object' ? withMedia(value) : value;
            }),
        );
        if (method === 'call') {
            server = given[0].host;
        }
        try {
            return {value: plain(await client[method](...rest))};
        } catch (error) {
            return {thrown: describe(error)};
        }
    },
    // One endpoint by the client's own request functions, which check the reply: {value} or {thrown}.
    async endpoint(name, params, body) {
        const fetcher = api.withToken((input, init) => fetch(input, init), token);
        try {
            return {value: plain(await api[name]({fetcher, params, body, host: server}))};
        } catch (error) {
            return {thrown: describe(error)};
        }
    },
    look: name => screens[name].look(),
    listen: name => screens[name].listen(),
};
