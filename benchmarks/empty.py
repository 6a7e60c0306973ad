"""An empty page with one button: the floor that reruns are compared with."""

import streamlit as st

st.session_state.count = st.session_state.get("count", 0) + 1
st.button("Again")
st.text(f"Run {st.session_state.count}")
